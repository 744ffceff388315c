"""From the start of a process to its first answer, and the memory that it then has."""

from dataclasses import dataclass, field

from ..http import Request
from ..site import expect


@dataclass(frozen=True)
class Start:
    request: Request = field(default_factory=Request)

    def check(self, site, contestant):
        expect(contestant, self.request, came_through=True)

    def warm_up(self, site, contestant):
        pass

    def measure(self, site, contestant, seconds):
        return {"ready": contestant.ready_seconds * 1e3, "rss": contestant.resident_bytes() / 2**20}
