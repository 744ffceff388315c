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


def raise_descriptor_limit():
    """Lifts the soft limit of open files to the hard one, for the children too; returns it."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard == resource.RLIM_INFINITY:
        hard = 1 << 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return hard


def load_average():
    return os.getloadavg()[0]


def description():
    """Machine and date in one line."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return f"{date}, {model}, {os.cpu_count()} cores, {memory / 2**20:.0f} GiB, Linux {platform.release()}"


def _lines(path):
    return Path(path).read_text().splitlines()
