"""What a case is: a setup, a load, and what is asked of Sluice in it."""

from dataclasses import dataclass
from typing import Any, Callable

from .wire import HTTP1, Wire


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
    # Called as (site, contestant) once a contestant has started, before it is checked.
    prepare: Callable | None = None
