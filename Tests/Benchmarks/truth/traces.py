"""Traces: what a gateway is asked one after the other, with the meaning of each question."""

import random
from collections import Counter
from dataclasses import dataclass, replace

from .bank import Bank
from .surface import typed

_SUPPORT, _ASSISTANT, _NEAR = 3000, 3000, 2500


@dataclass(frozen=True)
class Request:
    question: str
    meaning: str


@dataclass(frozen=True)
class Trace:
    """`answers` holds the wordings in which the model gives each meaning's answer."""

    name: str
    title: str
    requests: tuple
    answers: dict

    def part(self, begin, end):
        """Some of its requests, in their order."""
        return replace(self, requests=self.requests[begin:end])


def traces(bank=None, draw=0):
    """The traces by name, the same on every run. Another `draw` asks other questions of the same kinds, as often."""
    bank, chance = bank or Bank(), lambda name: random.Random(f"{name}, draw {draw}" if draw else name)
    made = [
        _trace("support", "a shop's bot: few questions, asked often (Zipf, s = 0.9)", _support(bank, chance)),
        _trace("assistant", "a broad assistant: some questions are asked often, most once or twice", _assistant(bank, chance)),
        _trace("near misses", "an adversary: questions that differ in a name, a number, a direction", _near_misses(bank, chance)),
    ]
    return {trace.name: trace for trace in made}


def _support(bank, chances):
    chance = chances("support")
    return chance, _often(chance, bank.meanings("support"), 0.9, _SUPPORT)


def _assistant(bank, chances):
    chance = chances("assistant")
    meanings = bank.meanings(*(topic for topic in bank.topics() if topic != "support"))
    often = _often(chance, chance.sample(meanings, 150), 0.9, _ASSISTANT * 2 // 5)
    # A topic has the same share of the tail whatever the number of its meanings.
    topics = [bank.meanings(topic) for topic in bank.topics() if topic not in ("support", "same-words")]
    chosen = often + [chance.choice(chance.choice(topics)) for _ in range(_ASSISTANT - len(often))]
    chance.shuffle(chosen)
    return chance, chosen


def _near_misses(bank, chances):
    """Families of questions that look alike, a few of each: something near was nearly always asked before, mostly wrong."""
    chance = chances("near misses")
    families = [chance.sample(family, min(8, len(family))) for family in bank.families()]
    return chance, [chance.choice(chance.choice(families)) for _ in range(_NEAR)]


def _often(chance, meanings, exponent, count):
    """Meanings drawn by Zipf's law: the one of rank r as often as r to the power of `-exponent`."""
    ranked = chance.sample(meanings, len(meanings))
    weights = [(rank + 1) ** -exponent for rank in range(len(ranked))]
    return chance.choices(ranked, weights, k=count)


def _trace(name, title, drawn):
    chance, meanings = drawn
    asked = [(typed(chance, chance.choice(one.wordings), one.language), one.name) for one in meanings]
    requests = tuple(Request(*each) for each in asked)
    return Trace(name, title, requests, {one.name: spoken(one) for one in meanings})


_FRAMINGS = {
    "en": [("Sure! ", ""), ("", " Let me know if you need anything else."), ("Of course. ", " I hope that helps!")],
    "de": [("Gerne! ", ""), ("", " Melden Sie sich, wenn noch etwas ist."), ("Natürlich. ", " Ich hoffe, das hilft!")],
    "zh": [("好的！", ""), ("", " 如果还有问题请告诉我。"), ("当然。", " 希望对你有帮助！")],
    "id": [("Tentu! ", ""), ("", " Beri tahu saya kalau ada yang lain."), ("Baik. ", " Semoga membantu!")],
}


def spoken(meaning):
    """How the model words its answer at its first calls for a meaning, and then again: seven of ten times plainly."""
    chance = random.Random(f"answer {meaning.name}")
    framed = [f"{before}{meaning.answer}{after}" for before, after in _FRAMINGS[meaning.language]]
    worded = [meaning.answer] * 7 + framed
    chance.shuffle(worded)
    return tuple(worded)


def share_repeated(trace):
    """The share of requests whose question was asked before, word for word: what a cache without vectors can serve."""
    counts = Counter(request.question for request in trace.requests)
    return 1 - len(counts) / len(trace.requests)
