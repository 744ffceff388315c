"""The machine that measures, and how its cores are divided."""

import datetime
import os
import platform
import resource
from dataclasses import dataclass
from pathlib import Path

from .children import Failure


@dataclass(frozen=True)
class Cores:
    """Where programs run: the measured one alone, everything else elsewhere."""

    proxy: frozenset
    load: frozenset

    @classmethod
    def divided(cls):
        cores = sorted(os.sched_getaffinity(0))
        if len(cores) < 2:
            raise Failure("two cores are needed: one for the proxy, one for load and upstream")
        return cls(frozenset(cores[:1]), frozenset(cores[1:]))


# Connections that every contestant is made ready for: those of the largest case, and some.
CONNECTIONS = 10_100
# Files that every program may open. Idle connections share a few to the upstream.
DESCRIPTORS = 16_000


def set_descriptor_limit():
    """Gives every program the same limit of open files, as some size their tables by it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY:
        hard = max(hard, DESCRIPTORS)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, hard))
    except (OSError, ValueError):
        raise Failure(f"{DESCRIPTORS} open files are needed: raise the limit (ulimit -Hn), or run as root") from None


def load_average():
    return os.getloadavg()[0]


def description():
    """Machine and date in one line."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return f"{moment()}, {model}, {os.cpu_count()} cores, {memory / 2**20:.0f} GiB, Linux {platform.release()}"


def moment():
    """Date and time."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def _lines(path):
    return Path(path).read_text().splitlines()
