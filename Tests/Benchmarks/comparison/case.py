"""What a case is: a setup, a load, and what is asked of Sluice in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from .wire import HTTP1, Wire

CONFIGURATIONS = Path(__file__).resolve().parents[1] / "configurations"


@dataclass(frozen=True)
class Column:
    """A number of a case's table."""

    key: str
    title: str
    digits: int = 1


CPU = Column("cpu", "CPU µs/{unit}", 2)
RATE = Column("rate", "{unit}s/s", 0)
P50 = Column("p50", "p50 ms", 3)
P99 = Column("p99", "p99 ms", 3)
RSS = Column("rss", "RSS MiB", 1)


@dataclass(frozen=True)
class Budget:
    """`key` of Sluice is at most `most`, or at most `most` times that of `peer`."""

    key: str
    most: float
    peer: str | None = None


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    # A folder of `configurations/`: it has a file for each contestant.
    setup: str
    load: Any
    unit: str = "request"
    # What is spoken with the client.
    wire: Wire = HTTP1
    # `web` or `events`
    upstream: str = "web"
    # The first is the one that ratios are made of.
    columns: tuple = (CPU, RATE, P50, P99, RSS)
    budgets: tuple = ()
    # Whether the upstream is measured too, without a proxy; latencies are then given as what is added to it.
    direct: bool = False
    # Whether every round begins with new processes.
    fresh: bool = False
    # Whether every contestant writes an access log; one that does not is an error.
    logs: bool = False
    # Called as (site) before the contestants start.
    provide: Callable | None = None
    # Called as (site, contestant) once a contestant has started, before it is checked.
    prepare: Callable | None = None
    # Called with the results when all rounds are done, for numbers that are made of two contestants.
    derive: Callable | None = None
    # The contestants that take part; None for all that the setup has.
    only: tuple | None = None
    # Programs that it needs beside those of every case, and its contestants.
    needs: tuple[str, ...] = ()
    # Whether it runs only when it is named, or with `--all` or `--budgets`: it takes long, or much has to be installed.
    optional: bool = False
    # What takes the place of the run's defaults.
    rounds: int | None = None
    seconds: int | None = None

    def contestants(self, peers=None) -> list[str]:
        """The names of those that take part, Sluice first. `peers` are the ones that the run is about; None for all."""
        names = [path.stem for path in (CONFIGURATIONS / self.setup).iterdir()]
        names = [name for name in names if self.only is None or name in self.only]
        names = [name for name in names if peers is None or name in peers or kind(name) == "sluice"]
        return sorted(names, key=lambda name: (name != "sluice", _ORDER.index(kind(name)), name))


_ORDER = ["sluice", "nginx", "haproxy", "envoy", "litellm"]


def kind(name):
    """The program that a contestant is: `nginx` of `nginx-log-only`."""
    return name.partition("-")[0]
