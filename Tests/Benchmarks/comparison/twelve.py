"""The request of the chain of twelve filters, and whether each of them does what it is for."""

import json
from dataclasses import replace

from .children import Failure
from .equality import WITH_KEY
from .site import expect

_ORIGIN = {"origin": "https://app.example.com"}
ASKED = replace(
    WITH_KEY,
    path="/files/1KiB",
    fields={**WITH_KEY.fields, **_ORIGIN, "accept-encoding": "gzip", "x-tenant": "t1", "cookie": "session=4f1c9a7e"},
)
# Requests that a filter refuses.
_REFUSED = (
    ({"x-api-key": "wrong"}, "/", 401),
    ({"origin": "https://other.example.com"}, "/", 403),
    ({"user-agent": "Googlebot/2.1"}, "/", 403),
    ({}, "/.git/config", 403),
)
_TOLD = {
    "access-control-allow-origin": "https://app.example.com",
    "content-encoding": "gzip",
    "strict-transport-security": "max-age=31536000",
}


def expect_twelve(site, contestant):
    """Fails unless the chain refuses what it should, and changes what it lets pass."""
    if contestant.name != "sluice":
        return
    for fields, path, status in _REFUSED:
        expect(contestant, replace(ASKED, path=path, fields={**ASKED.fields, **fields}), status=status)
    answer = expect(contestant, ASKED, came_through=True)
    wrong = {name: answer.fields.get(name) for name, value in _TOLD.items() if answer.fields.get(name) != value}
    if wrong or "x-request-id" not in answer.fields or "server" in answer.fields:
        raise Failure(f"the chain of twelve answered {answer.fields}; expected {_TOLD}, an id, and no server")
    seen = json.loads(expect(contestant, replace(ASKED, path="/seen")).body)
    if seen["x-mse-consumer"] != "alice":
        raise Failure(f"the chain of twelve told the upstream {seen}")
