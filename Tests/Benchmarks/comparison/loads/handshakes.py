"""A TLS connection for each request, none of which resumes a session."""

import sys
from dataclasses import dataclass

from ..http import Request
from ..site import GENERATORS, expect
from .generator import measured, request_file, result


@dataclass(frozen=True)
class Handshakes:
    # wrk would resume: each of its connections keeps the ticket of the one before.
    request: Request = Request(fields={"connection": "close"})
    connections: int = 16

    def check(self, site, contestant):
        expect(contestant, self.request, came_through=True)

    def warm_up(self, site, contestant):
        self._run(site, contestant, 0.5)

    def measure(self, site, contestant, seconds):
        return measured(contestant, lambda: self._run(site, contestant, seconds))

    def _run(self, site, contestant, seconds):
        file = request_file(site, contestant, self.request)
        command = [sys.executable, GENERATORS / "handshakes.py", contestant.port, file, seconds, self.connections]
        return result(site, command, seconds + 30)
