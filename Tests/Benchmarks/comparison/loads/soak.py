"""Hours of work in minutes: several loads in turn, and whether the memory stays what it was."""

import time
from dataclasses import dataclass

from .closed import ClosedLoop

# Seconds of one load, at most.
_TURN = 10


@dataclass(frozen=True)
class Soak:
    loads: tuple[ClosedLoop, ...]

    def check(self, site, contestant):
        for load in self.loads:
            load.check(site, contestant)

    def warm_up(self, site, contestant):
        for load in self.loads:
            load.warm_up(site, contestant)

    def measure(self, site, contestant, seconds):
        begin = time.monotonic()
        turn = max(1, min(_TURN, seconds // (3 * len(self.loads))))
        units, errors, sizes = 0, {}, []
        while (passed := time.monotonic() - begin) < seconds:
            found = self.loads[len(sizes) % len(self.loads)].measure(site, contestant, turn)
            units += found["units"]
            for kind, count in found["errors"].items():
                errors[kind] = errors.get(kind, 0) + count
            sizes.append(found["rss"])
            contestant.empty_access_log()
        # Most of the first third, when caches and pools have filled, and of the last.
        third = max(1, len(sizes) // 3)
        early, late = max(sizes[:third]), max(sizes[-third:])
        found = {"units": units, "seconds": passed, "rate": units / passed, "errors": errors}
        return {**found, "early": early, "late": late, "growth": late / early}
