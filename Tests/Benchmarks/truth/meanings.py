"""Meanings: what questions ask, each in many wordings, made of frames and the values of their slots."""

import itertools
import random
import re
from dataclasses import dataclass

# What stands for `{*}` in an answer.
_NAMES = (
    "Arden Brava Calder Dorne Elmar Farrow Galen Hestia Ilmen Jorvik Kestrel Lorne Maris Nerva Ostra Pelham Quill Rowan "
    "Sorrel Tamsin Ulric Vesper Wray Yarrow Zephyr"
).split()
_COMMANDS = {"pip", "git", "docker", "crontab", "alter", "macOS"}


@dataclass(frozen=True)
class Slot:
    """A gap of a frame: its name, the list that fills it, and what kind of thing the list holds."""

    name: str
    list: str
    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """What some wordings ask alike: one answer serves all of them, and no other."""

    name: str
    topic: str
    language: str
    wordings: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Frame:
    """Wordings with slots; each filling is a meaning. `rival` is a frame that looks alike, and `rivalry` what differs."""

    topic: str
    language: str
    name: str
    slots: tuple[Slot, ...]
    wordings: tuple[str, ...]
    answer: str
    rival: str | None = None
    rivalry: str | None = None

    def fillings(self):
        """All values for the slots, in order; slots with the same list never hold the same value."""
        for values in itertools.product(*(slot.values for slot in self.slots)):
            if len({(slot.list, value) for slot, value in zip(self.slots, values)}) == len(values):
                yield values

    def meaning(self, values):
        """What the wordings ask with these values."""
        known = {slot.name: value for slot, value in zip(self.slots, values)}
        name = "/".join([self.topic, self.name, *values])
        wordings = tuple(_sentence(_filled(wording, known)) for wording in self.wordings)
        return Meaning(name, self.topic, self.language, wordings, _filled(self._stated(name), known))

    def _stated(self, name):
        """The answer with made-up numbers and names, the same for the meaning every time."""
        chance = random.Random(name)
        made = {"{#}": lambda: str(chance.randint(11, 989)), "{*}": lambda: chance.choice(_NAMES)}
        return re.sub(r"\{[#*]\}", lambda found: made[found[0]](), self.answer)


def _filled(text, known):
    return re.sub(r"\{([a-z]+)\}", lambda found: known[found[1]], text)


def _sentence(text):
    """With a capital letter at its beginning, unless it begins with something that is no word, as in `sqrt(7)`."""
    first = text.partition(" ")[0]
    return text[0].upper() + text[1:] if first.isalpha() and first not in _COMMANDS else text
