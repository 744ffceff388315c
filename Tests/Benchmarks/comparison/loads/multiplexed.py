"""As many requests as a fixed number of streams can carry, many to a connection, by h2load (closed loop over HTTP/2)."""

import re
from dataclasses import dataclass, field

from ..children import Failure
from ..encryption import GROUP, SUITE
from ..http import Request
from ..site import expect
from .generator import measured, printed


@dataclass(frozen=True)
class Multiplexed:
    request: Request = field(default_factory=Request)
    connections: int = 4
    # Below what every contestant allows a connection by default.
    streams: int = 32
    length: int | None = None

    def check(self, site, contestant):
        expect(contestant, self.request, length=self.length, came_through=True)

    def warm_up(self, site, contestant):
        self._run(site, contestant, 1)

    def measure(self, site, contestant, seconds):
        return measured(contestant, lambda: self._run(site, contestant, seconds))

    def _run(self, site, contestant, seconds):
        log = site.folder / "h2load.tsv"
        log.unlink(missing_ok=True)
        command = [site.tools.h2load, "-t", 1, "-c", self.connections, "-m", self.streams, "-D", f"{seconds}s"]
        # It has lists of its own, and does not ask OpenSSL's configuration.
        command += [f"--tls13-ciphers={SUITE}", f"--groups={GROUP}", f"--log-file={log}"]
        command += [*fields_of(self.request), contestant.url(self.request.path)]
        text = printed(site, command, seconds + 30)
        if contestant.wire.tls:
            _expect_handshake(contestant, text)
        return {**_counted(text), "seconds": seconds, **_latencies(log)}


def fields_of(request: Request) -> list[str]:
    """A request's fields as options of h2load."""
    return [word for name, value in request.all_fields().items() for word in ("-H", f"{name}: {value}")]


_REQUESTS = re.compile(r"^requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout$", re.MULTILINE)


def _counted(text: str) -> dict:
    """Requests that were answered 2xx or 3xx, and those that were not, of h2load's summary.

    `failed` there includes errors and time-outs. What is under way when the time ends is in neither.
    """
    found = _REQUESTS.search(text)
    if not found:
        raise Failure(f"h2load printed no summary:\n{text}")
    succeeded, failed, errored, timeout = map(int, found.groups())
    return {"units": succeeded, "errors": {"status": failed - errored - timeout, "failed": errored, "timeout": timeout}}


def _latencies(log) -> dict:
    """Percentiles in milliseconds. A line has the start, the status, and the microseconds until the end of the answer."""
    with open(log) as lines:
        found = sorted(int(line.rpartition("\t")[2]) for line in lines)
    at = lambda share: found[min(len(found) - 1, int(len(found) * share))] / 1e3 if found else None
    return {"p50": at(0.5), "p99": at(0.99)}


def _expect_handshake(contestant, text):
    for line in ("TLS Protocol: TLSv1.3", f"Cipher: {SUITE}", f"Server Temp Key: {GROUP}", "Application protocol: h2"):
        if line not in text:
            raise Failure(f"{contestant.name}: the handshake has no {line!r}:\n{text}")
