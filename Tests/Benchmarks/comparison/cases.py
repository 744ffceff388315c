"""The cases, in the order in which they run. A new one is an entry here, and if needed a folder of `configurations/`."""

from dataclasses import replace

from .case import CPU, P50, P99, RATE, RSS, Budget, Case, Column
from .chat import QUESTION, fill_cache
from .http import Request
from .loads.closed import ClosedLoop
from .loads.event_streams import EventStreams
from .loads.fixed_rate import FixedRate
from .loads.handshakes import Handshakes
from .loads.idle import IdleConnections
from .loads.multiplexed import Multiplexed
from .site import KEY, expect
from .wire import HTTP1_TLS, HTTP2, HTTP2_TLS

_SIZES = {"1KiB": (1 << 10, 64), "64KiB": (1 << 16, 32), "1MiB": (1 << 20, 8)}
_ADDED = (Column("added_p50", "added p50 ms", 3), Column("added_p99", "added p99 ms", 3))
_OTHER_WIRES = (
    ("tls", "HTTP/1 over TLS", HTTP1_TLS, ClosedLoop),
    ("h2c", "HTTP/2 in clear text", HTTP2, Multiplexed),
    ("h2", "HTTP/2 over TLS", HTTP2_TLS, Multiplexed),
)
_WITH_KEY = Request(fields={"x-api-key": KEY})


def _refuses_without_key(site, contestant):
    """A chain that lets everybody in does less work."""
    if contestant.name != "nginx-log-only":
        expect(contestant, replace(_WITH_KEY, fields={}), status=401)


CASES = (
    Case(
        name="plain",
        title="GET over keep-alive connections, nothing but the proxy",
        setup="plain",
        load=ClosedLoop(length=13),
    ),
    Case(
        name="chain",
        title="The same through key check and access log",
        setup="chain",
        load=ClosedLoop(request=_WITH_KEY, length=13),
        prepare=_refuses_without_key,
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
            load=load(request=_WITH_KEY, length=13),
            prepare=_refuses_without_key,
            logs=True,
            budgets=(Budget("cpu", 1.0, "nginx"), Budget("cpu", 0.6, "envoy")),
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
        load=FixedRate(request=_WITH_KEY),
        prepare=_refuses_without_key,
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
            Column("start", "RSS MiB at start", 1),
            Column("rss", "RSS MiB with them", 1),
            Column("connections", "connections", 0),
        ),
        budgets=(Budget("per_connection", 10), Budget("start", 25)),
    ),
    Case(
        name="cache-hit",
        title="An exact cache hit, against a constant answer of the same size",
        setup="cache",
        load=ClosedLoop(request=QUESTION, came_through=False),
        prepare=fill_cache,
        budgets=(Budget("cpu", 1.5, "nginx"),),
    ),
)
