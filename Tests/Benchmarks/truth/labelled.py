"""Labelled pairs of questions, put together from the meanings: the same on every run."""

import random

from wordings.pairs import Pair

from .bank import Bank
from .surface import KINDS, typed

# How many pairs of each kind at most. Those that mean the same are somewhat less than half.
_SAME = {"paraphrase": 900, "paraphrase, as typed": 250, **{kind: 100 for kind in KINDS}}
_RIVALS = {
    "another name": 260, "another number": 220, "another date": 100, "another quote": 30, "direction": 220, "antonym": 260,
    "negation": 120, "comparative": 90, "aspect": 180, "same words": 160,
}
_APART = {"same topic": 160, "unrelated": 200}


def labelled_pairs(bank=None):
    """Pairs of all kinds, none of them twice."""
    bank, chance, found = bank or Bank(), random.Random(2025), {}

    def add(kind, same, first, second):
        if first != second and (first, second) not in found:
            found[first, second] = Pair(kind, same, first, second)

    for kind, count in _SAME.items():
        for meaning in chance.sample(bank.meanings(), count):
            first, second = chance.sample(meaning.wordings, 2)
            if kind in KINDS:
                second = KINDS[kind](chance, first, meaning.language)
            elif kind != "paraphrase":
                second = typed(chance, second, meaning.language)
            add(kind, True, first, second)
    for kind, count in _RIVALS.items():
        known = bank.rivals[kind]
        # Where there are few, each comes in several wordings.
        chosen = chance.sample(known, count) if len(known) >= count else chance.choices(known, k=count)
        for one, other in chosen:
            add(kind, False, *_alike(chance, one, other))
    for kind, count in _APART.items():
        for _ in range(count):
            one, other = _apart(chance, bank, kind == "same topic")
            add(kind, False, chance.choice(one.wordings), chance.choice(other.wordings))
    return list(found.values())


def _alike(chance, one, other):
    """A wording of each: in three of four pairs the same one, since that is where caches err."""
    place = chance.randrange(min(len(one.wordings), len(other.wordings)))
    second = other.wordings[place] if chance.random() < 0.75 else chance.choice(other.wordings)
    return one.wordings[place], second


def _apart(chance, bank, same_topic):
    """Two meanings of different frames, of one topic or of two in one language."""
    while True:
        one, other = chance.sample(bank.meanings(), 2)
        frames = one.name.split("/")[1], other.name.split("/")[1]
        if frames[0] != frames[1] and one.language == other.language and (one.topic == other.topic) == same_topic:
            return one, other
