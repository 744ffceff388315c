"""Whether the contestants of a chain do the same work: one that does less would look better than it is."""

import json
from dataclasses import replace

from .children import Failure
from .http import Request
from .site import KEY, expect

WITH_KEY = Request(fields={"x-api-key": KEY})
# The one that does less on purpose, as its name says.
_LESS = "nginx-log-only"
_LOGGED = """start_time method authority path protocol response_code bytes_received bytes_sent duration upstream_host
downstream_remote_address user_agent request_id consumer"""


def expect_chain(site, contestant):
    """Fails unless a request without the key is refused, and one with it reaches the upstream as it should."""
    if contestant.name == _LESS:
        return
    expect(contestant, replace(WITH_KEY, fields={}), status=401)
    expect(contestant, WITH_KEY)
    seen = json.loads(expect(contestant, replace(WITH_KEY, path="/seen")).body)
    host = f"127.0.0.1:{contestant.port}"
    known = {
        "x-forwarded-proto": contestant.wire.scheme,
        "x-forwarded-host": host,
        "x-mse-consumer": "alice",
        "host": host,
        "protocol": "HTTP/1.1",
    }
    wrong = {name: seen[name] for name, value in known.items() if seen[name] != value}
    # Envoy names the machine's own address in place of the loopback one.
    if wrong or not seen["x-forwarded-for"] or not seen["x-request-id"] or seen["requests"] < 2:
        raise Failure(f"{contestant.name} told the upstream {seen}; expected {known}, and a connection that is kept")


def expect_log(contestant):
    """Fails unless a contestant has logged every field that the others log."""
    line = contestant.logged()
    if not line:
        raise Failure(f"{contestant.name} wrote no access log")
    if contestant.name == _LESS:
        return
    try:
        missing = set(_LOGGED.split()) - json.loads(line).keys()
    except ValueError:
        raise Failure(f"{contestant.name} logged {line!r}, which is no JSON") from None
    if missing:
        raise Failure(f"{contestant.name} logged no {', '.join(sorted(missing))}")
