"""The cases, in the order in which they run. A new one is an entry here, and if needed a folder of `configurations/`."""

from dataclasses import replace

from .callgrind import NEEDS
from .case import CPU, P50, P99, RATE, RSS, Budget, Case, Column
from .chat import QUESTION, fill_cache
from .equality import WITH_KEY, expect_chain
from .http import Request
from .loads.closed import ClosedLoop
from .loads.counted import Counted
from .loads.event_streams import EventStreams
from .loads.fixed_rate import FixedRate
from .loads.handshakes import Handshakes
from .loads.idle import IdleConnections
from .loads.multiplexed import Multiplexed
from .loads.questions import Questions
from .loads.routes import RoutedLoop
from .loads.soak import Soak
from .loads.start import Start
from .questions import fill, provide_entries
from .redis import provide_redis
from .routes import paths, provide_routes
from .twelve import ASKED as TWELVE
from .twelve import expect_twelve
from .wire import HTTP1_TLS, HTTP2, HTTP2_TLS

_SIZES = {"1KiB": (1 << 10, 64), "64KiB": (1 << 16, 32), "1MiB": (1 << 20, 8)}
_ADDED = (Column("added_p50", "added p50 ms", 3), Column("added_p99", "added p99 ms", 3))
_OTHER_WIRES = (
    ("tls", "HTTP/1 over TLS", HTTP1_TLS, ClosedLoop),
    ("h2c", "HTTP/2 in clear text", HTTP2, Multiplexed),
    ("h2", "HTTP/2 over TLS", HTTP2_TLS, Multiplexed),
)


def _cost_of_a_filter(*keys, filters=20):
    """Adds what one of the filters adds to numbers of a request, round by round."""

    def derive(results):
        for with_filters, without in zip(results["sluice"], results["sluice-no-filter"]):
            for key in keys:
                with_filters[f"{key}_each"] = (with_filters[key] - without[key]) / filters

    return derive


def both(*steps):
    """One step after the other."""

    def provide(site):
        for step in steps:
            step(site)

    return provide


CASES = (
    Case(
        name="plain",
        title="Nothing but the proxy, HTTP/1",
        setup="plain",
        load=ClosedLoop(length=13),
    ),
    Case(
        name="chain",
        title="Key check and access log, HTTP/1",
        setup="chain",
        load=ClosedLoop(request=WITH_KEY, length=13),
        prepare=expect_chain,
        logs=True,
        budgets=(Budget("cpu", 1.0, "nginx"), Budget("cpu", 1.0, "nginx-log-only"), Budget("cpu", 0.5, "envoy")),
    ),
    *(
        Case(
            name=f"plain-{name}",
            title=f"Nothing but the proxy, {title}",
            setup="plain",
            wire=wire,
            load=load(length=13),
        )
        for name, title, wire, load in _OTHER_WIRES
    ),
    *(
        Case(
            name=f"chain-{name}",
            title=f"Key check and access log, {title}",
            setup="chain",
            wire=wire,
            load=load(request=WITH_KEY, length=13),
            prepare=expect_chain,
            logs=True,
            budgets=(Budget("cpu", 1.0, "nginx"), Budget("cpu", 1.0, "nginx-log-only"), Budget("cpu", 0.6, "envoy")),
        )
        for name, title, wire, load in _OTHER_WIRES
    ),
    *(
        Case(
            name=f"response-{name}",
            title=f"Answers of {name}",
            setup="plain",
            load=ClosedLoop(request=Request(f"/files/{name}"), length=size, connections=connections),
        )
        for name, (size, connections) in _SIZES.items()
    ),
    *(
        Case(
            name=f"request-{name}",
            title=f"Requests of {name}",
            setup="plain",
            load=ClosedLoop(request=Request("/upload", method="POST", body=b"x" * size), connections=connections),
        )
        for name, (size, connections) in _SIZES.items()
    ),
    Case(
        name="churn",
        title="A new connection for each request",
        setup="plain",
        load=ClosedLoop(request=Request(fields={"connection": "close"}), length=13),
    ),
    Case(
        name="churn-tls",
        title="A new TLS connection for each request, none resumed",
        setup="plain",
        wire=HTTP1_TLS,
        load=Handshakes(),
    ),
    Case(
        name="event-streams",
        title="Concurrent event streams of 50 events each",
        setup="streams",
        upstream="events",
        load=EventStreams(),
        unit="event",
        direct=True,
        columns=(CPU, RATE, P50, P99, *_ADDED, Column("streams", "streams", 0), RSS),
        budgets=(Budget("cpu", 1.0, "nginx"),),
    ),
    Case(
        name="fixed-rate",
        title="1,000 requests a second through the chain",
        setup="chain",
        load=FixedRate(request=WITH_KEY),
        prepare=expect_chain,
        logs=True,
        direct=True,
        columns=(CPU, RATE, P50, P99, *_ADDED, RSS),
        budgets=(Budget("added_p50", 0.1), Budget("added_p99", 1.0)),
    ),
    Case(
        name="idle",
        title="Idle connections that have asked once",
        setup="plain",
        load=IdleConnections(),
        fresh=True,
        columns=(
            Column("per_connection", "KiB/connection", 2),
            Column("start", "RSS MiB before", 1),
            Column("rss", "RSS MiB with them", 1),
            Column("connections", "connections", 0),
        ),
        budgets=(Budget("per_connection", 10),),
    ),
    Case(
        name="start",
        title="A new process until its first answer",
        setup="plain",
        load=Start(),
        fresh=True,
        columns=(Column("rss", "RSS MiB at start", 1), Column("ready", "ms to first answer", 0)),
        budgets=(Budget("rss", 25),),
    ),
    Case(
        name="routes",
        title="10,000 routes, against ten of them",
        setup="routes",
        provide=provide_routes,
        load=RoutedLoop(paths=paths(), length=13),
        columns=(CPU, Column("check", "s to load", 2), RATE, P50, P99, RSS),
        budgets=(Budget("check", 1), Budget("cpu", 1.1, "sluice-10-routes")),
    ),
    Case(
        name="filters",
        title="Twenty filters that do nothing to the request, against none",
        setup="filters",
        load=ClosedLoop(length=13),
        derive=_cost_of_a_filter("cpu"),
        columns=(CPU, Column("cpu_each", "CPU µs/filter", 3), RATE, P50, P99, RSS),
        budgets=(Budget("cpu_each", 0.3),),
    ),
    Case(
        name="twelve",
        title="A chain of twelve filters that do what they are for, against none",
        setup="twelve",
        load=ClosedLoop(request=TWELVE),
        prepare=expect_twelve,
        derive=_cost_of_a_filter("cpu", filters=12),
        columns=(CPU, Column("cpu_each", "CPU µs/filter", 3), RATE, P50, P99, RSS),
    ),
    Case(
        name="cache-hit",
        title="An exact cache hit, against a constant answer of the same size",
        setup="cache",
        load=ClosedLoop(request=QUESTION, came_through=False),
        prepare=fill_cache,
        budgets=(Budget("cpu", 1.5, "nginx"),),
    ),
    Case(
        name="cache-hit-litellm",
        title="An exact cache hit, against LiteLLM's proxy with its answers in Redis",
        setup="cache-redis",
        provide=provide_redis,
        load=ClosedLoop(request=QUESTION, came_through=False),
        prepare=fill_cache,
        budgets=(Budget("cpu", 0.01, "litellm"),),
        needs=("redis-server",),
        optional=True,
    ),
    *(
        Case(
            name=f"cache-{count}",
            title=f"Known questions, known ones in other words and unknown ones, of {count:,} in memory",
            setup="cache-large",
            provide=both(provide_redis, provide_entries(count)),
            prepare=fill(count),
            load=Questions(count),
            columns=(CPU, RATE, P50, P99, Column("pure", "as meant", 3), Column("dropped", "not indexed", 3), RSS),
            needs=("redis-server",),
            optional=True,
            rounds=3,
        )
        for count in (10_000, 100_000)
    ),
    Case(
        name="filters-counted",
        title="Twenty filters that do nothing to the request, under callgrind",
        setup="filters",
        load=Counted(setup="filters", request=Request()),
        derive=_cost_of_a_filter("instructions", "allocations"),
        columns=(
            Column("instructions", "instructions/request", 0),
            Column("instructions_each", "instructions/filter", 0),
            Column("allocations", "allocations/request", 2),
            Column("allocations_each", "allocations/filter", 2),
        ),
        budgets=(Budget("allocations_each", 0.01),),
        needs=NEEDS,
        optional=True,
        rounds=1,
    ),
    Case(
        name="soak",
        title="Several loads in turn for ten minutes",
        setup="chain",
        only=("sluice",),
        load=Soak(
            loads=(
                ClosedLoop(request=WITH_KEY, length=13),
                ClosedLoop(request=replace(WITH_KEY, fields={**WITH_KEY.fields, "connection": "close"})),
                ClosedLoop(request=replace(WITH_KEY, path="/files/64KiB"), connections=32),
                ClosedLoop(request=replace(WITH_KEY, path="/upload", method="POST", body=b"x" * (1 << 16)), connections=32),
            )
        ),
        columns=(
            Column("growth", "last third / first", 3),
            Column("early", "RSS MiB, first third", 1),
            Column("late", "RSS MiB, last third", 1),
            Column("units", "requests", 0),
        ),
        budgets=(Budget("growth", 1.05),),
        optional=True,
        rounds=1,
        seconds=600,
    ),
)
