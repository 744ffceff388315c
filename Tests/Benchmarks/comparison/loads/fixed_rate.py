"""A fixed rate of requests, whatever the answers do (open loop): for latency, which a closed loop flatters."""

import sys
from dataclasses import dataclass, field

from ..http import Request
from ..site import GENERATORS, expect
from .generator import measured, request_file, result


@dataclass(frozen=True)
class FixedRate:
    request: Request = field(default_factory=Request)
    rate: int = 1000
    connections: int = 32

    def check(self, site, contestant):
        expect(contestant, self.request, came_through=True)

    def warm_up(self, site, contestant):
        self._run(site, contestant, 0.5)

    def measure(self, site, contestant, seconds):
        return measured(contestant, lambda: self._run(site, contestant, seconds))

    def _run(self, site, contestant, seconds):
        file = request_file(site, contestant, self.request)
        command = [sys.executable, GENERATORS / "fixed_rate.py", contestant.port, file]
        return result(site, [*command, self.rate, seconds, self.connections], seconds + 30)
