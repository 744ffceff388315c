"""Vectors as questions have them: around topics, in fewer directions than they have numbers, with noise. Always the same."""

from dataclasses import dataclass

import numpy

DIMENSIONS = 384
_TOPICS = 500
_DIRECTIONS = 64


@dataclass(frozen=True)
class Questions:
    """Questions to search for, with the numbers of their true neighbours among the stored ones, nearest first."""

    title: str
    vectors: numpy.ndarray
    nearest: numpy.ndarray


class Source:
    def __init__(self, seed=1):
        self._random = numpy.random.default_rng(seed)
        basis, _ = numpy.linalg.qr(self._random.standard_normal((DIMENSIONS, _DIRECTIONS)))
        self._basis = basis.T.astype(numpy.float32)
        self._topics = self._normal((_TOPICS, _DIRECTIONS))

    def around_topics(self, count):
        topics = self._topics[self._random.integers(0, _TOPICS, count)]
        inner = topics + 0.5 * self._normal((count, _DIRECTIONS))
        return _unit(inner @ self._basis + 0.15 * self._normal((count, DIMENSIONS)))

    def reworded(self, stored, count):
        """Near to some of the stored ones: a cosine of about 0.9."""
        chosen = stored[self._random.integers(0, len(stored), count)]
        return _unit(chosen + 0.48 * _unit(self._normal((count, DIMENSIONS))))

    def questions(self, stored, count, wanted):
        sets = {"new questions": self.around_topics(count), "rewordings": self.reworded(stored, count)}
        return [Questions(title, vectors, _nearest(stored, vectors, wanted)) for title, vectors in sets.items()]

    def _normal(self, shape):
        return self._random.standard_normal(shape).astype(numpy.float32)


def recall(found, nearest):
    """The share of the true neighbours that were found."""
    return float(numpy.mean([len(set(one) & set(other)) / len(other) for one, other in zip(found, nearest)]))


def _unit(vectors):
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def _nearest(stored, vectors, wanted):
    near = numpy.argpartition(-(vectors @ stored.T), wanted, axis=1)[:, :wanted]
    order = numpy.argsort(-numpy.take_along_axis(vectors @ stored.T, near, axis=1), axis=1)
    return numpy.take_along_axis(near, order, axis=1)
