"""What a program and its children have used, as the kernel counts it."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and all that descend from it."""
    members = [pid]
    for task in _tasks(pid):
        for child in (task / "children").read_text().split():
            members += family(int(child))
    return members


def cpu_seconds(pid):
    """User and system time so far, of the whole family."""
    total = 0
    for member in family(pid):
        # The name stands in parentheses and may hold blanks; utime and stime are fields 14 and 15.
        fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def resident_bytes(pid):
    """Resident memory of the family, with pages that its members share counted once.

    That is all of the largest member, and of the others what is theirs alone. Pages shared with strangers (the C
    library) count in full, as they do in RSS.
    """
    rollups = [_rollup(member) for member in family(pid)]
    largest = max(rollups, key=lambda rollup: rollup["Rss"])
    others = sum(rollup["Private_Clean"] + rollup["Private_Dirty"] for rollup in rollups if rollup is not largest)
    return (largest["Rss"] + others) * 1024


def _rollup(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {key: int(rest.split()[0]) for key, _, rest in (line.partition(":") for line in lines)}


def _tasks(pid):
    return sorted(Path(f"/proc/{pid}/task").iterdir())
