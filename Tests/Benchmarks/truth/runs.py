"""Runs of a trace through a cache, and the file that they are kept in."""

import json
from dataclasses import asdict, dataclass

# What became of a request, one letter each: a miss, an exact hit, a semantic hit; small when right, a capital when wrong.
# `b`: the cache left the question alone.
_MARKS = {"miss": "m", "hit": "e", "semantic-hit": "s", "bypass": "b"}


def mark(status, is_right):
    letter = _MARKS[status]
    return letter if is_right or letter in "mb" else letter.upper()


@dataclass(frozen=True)
class Run:
    """`by` is the program, `setting` what it was told, `value` the threshold or bound, `marks` a letter a request."""

    trace: str
    by: str
    embedding: str
    setting: str
    value: float
    guards: bool
    marks: str
    calls: int

    @property
    def key(self):
        return (self.trace, self.by, self.embedding, self.setting, self.value, self.guards)

    @property
    def lookups(self):
        return len(self.marks)

    @property
    def exact(self):
        return self.count("eE")

    @property
    def semantic(self):
        return self.count("sS")

    @property
    def hits(self):
        return self.exact + self.semantic

    @property
    def wrong(self):
        """Answers to another question: semantic hits, and exact ones that repeat such an answer under its new wording."""
        return self.count("ES")

    def count(self, letters):
        return sum(map(self.marks.count, letters))


class Results:
    """Everything measured so far, by step; what is there needs not be measured again."""

    def __init__(self, path):
        self.path = path
        self.steps = json.loads(path.read_text()) if path.exists() else {}

    def __getitem__(self, step):
        return self.steps.get(step, {})

    def put(self, step, **values):
        self.steps[step] = {**self[step], **values}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(self.steps, ensure_ascii=False))
        beside.replace(self.path)

    def runs(self, *steps):
        return [Run(**run) for step in steps for run in self[step].get("runs", [])]

    def add(self, step, run, when):
        kept = [one for one in self.runs(step) if one.key != run.key]
        self.put(step, runs=[asdict(one) for one in [*kept, run]], measured=when)
