"""Reads the frames of questions/*.txt.

    # a remark
    ! de                                the language of the file; English without it
    @city name: Rome | Vienna           a list: what it holds, and its values
    [train from:city to:city]           a frame and its slots; `city` alone is short for `city:city`
    [late-train city] antonym of train  one that looks like another, and what differs
    = The answer, with {from}, {to}, a made-up number {#} and a made-up name {*}
    A wording, with {from} and {to}
"""

import re
from pathlib import Path

from .meanings import Frame, Slot

_FOLDER = Path(__file__).resolve().parent / "questions"
_HEAD = re.compile(r"\[([^\]]+)\](?: (\w+) of (\S+))?$")
_LIST = re.compile(r"@(\w+) (\w+): (.+)$")


def frames():
    """All frames, by topic; the topic is the file's name."""
    return [frame for file in sorted(_FOLDER.glob("*.txt")) for frame in _read(file)]


def _read(file):
    language, lists, found = "en", {}, []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("! "):
            language = line[2:]
        elif match := _LIST.match(line):
            lists[match[1]] = match[2], tuple(match[3].split(" | "))
        elif match := _HEAD.match(line):
            name, *slots = match[1].split()
            found.append((name, [_slot(lists, text) for text in slots], match[3], match[2], [], []))
        elif not found:
            raise ValueError(f"{file}:{number}: found \"{line}\" before the first frame")
        else:
            *_, answers, wordings = found[-1]
            (answers if line.startswith("= ") else wordings).append(line.removeprefix("= "))
    return [
        Frame(file.stem, language, name, tuple(slots), tuple(wordings), " ".join(answers), rival, rivalry)
        for name, slots, rival, rivalry, answers, wordings in found
    ]


def _slot(lists, text):
    name, _, chosen = text.partition(":")
    kind, values = lists[chosen or name]
    return Slot(name, chosen or name, kind, values)
