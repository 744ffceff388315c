"""How near the cache finds the questions of a pair, and whether guards keep them apart."""

import tempfile
from pathlib import Path

from comparison.children import Children, Failure

from .gateway import Gateway, Setting
from .model import Model
from .traces import Request, Trace


def scores(binary, pairs, embedding):
    """The score of each pair's second question with its first, as the gateway says it; None where it finds none."""
    return [reply.similarity for reply in _replies(binary, pairs, embedding, guards=False)]


def refusals(binary, pairs):
    """Whether guards refuse each pair, whatever its score."""
    return [reply.status == "miss" for reply in _replies(binary, pairs, "ngram", guards=True)]


def _replies(binary, pairs, embedding, guards):
    """What the second question of each pair gets. Each pair has a model of its own, so that pairs are apart."""
    questions = {question for pair in pairs for question in (pair.first, pair.second)}
    requests = tuple(Request(question, "any") for question in sorted(questions))
    model = Model(Trace("pairs", "", requests, {"any": ("an answer",)}))
    cache = Setting(embedding, "threshold: -1, thresholdRelation: gte", f"guards: {str(guards).lower()}, timeSensitive: []")
    with tempfile.TemporaryDirectory(prefix="sluice-evaluation-") as folder, Children() as children:
        gateway = Gateway(children, binary, Path(folder), cache, model.port)
        return [_reply(gateway, str(number), pair) for number, pair in enumerate(pairs)]


def _reply(gateway, model, pair):
    if gateway.ask(pair.first, model).status != "miss":
        raise Failure(f"the first question was there before: {pair.first}")
    reply = gateway.ask(pair.second, model)
    if reply.status not in ("miss", "semantic-hit"):
        raise Failure(f"the cache says {reply.status} of {pair.second}")
    return reply
