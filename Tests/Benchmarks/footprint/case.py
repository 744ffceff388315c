"""What is measured, and what it may come to."""

from collections.abc import Callable
from dataclasses import dataclass

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Case:
    """One load on a fresh gateway. `run(place)` puts the load on it and returns how many units it was."""

    name: str
    title: str
    run: Callable
    # What one of the units is, when the growth is to be divided by them.
    unit: str = ""
    # The most bytes that the gateway may grow by: in all, or for a unit.
    most: int = 0


@dataclass(frozen=True)
class Result:
    """Resident memory in bytes: at the start, at the highest, and at the end of the load; `program` is by how much of that
    the pages of the program and its libraries grew, which are read from their files as code runs for the first time."""

    start: int
    peak: int
    end: int
    program: int
    units: int
    seconds: float

    @property
    def growth(self):
        return self.peak - self.start - self.program

    def counted(self, case):
        """What the budget is for: the growth of a unit at the end, else all of the growth."""
        return (self.end - self.start - self.program) / self.units if case.unit else self.growth
