"""Pairs of questions, and what became of them."""

from dataclasses import dataclass

_TRAPS = {"numbers", "negation", "names", "order"}


@dataclass(frozen=True)
class Pair:
    """Two questions. `same`: whether one answer serves both."""

    kind: str
    same: bool
    first: str
    second: str

    @property
    def is_trap(self):
        """Whether the questions look alike and mean something else."""
        return self.kind in _TRAPS


@dataclass(frozen=True)
class Outcome:
    """What the gateway did with the second question. `answered`: the question whose stored answer came, if any."""

    pair: Pair
    answered: str | None

    @property
    def is_hit(self):
        return self.answered is not None

    @property
    def is_right(self):
        return self.pair.same and self.answered == self.pair.first


def read_pairs(path):
    """The lines of a file: kind, `same` or `different`, first and second question, between tabs."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, label, first, second = line.split("\t")
        pairs.append(Pair(kind, {"same": True, "different": False}[label], first, second))
    return pairs
