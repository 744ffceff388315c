"""No load: what a request costs in instructions and allocations, under callgrind."""

from dataclasses import dataclass

from ..callgrind import profile_of_request
from ..case import Case
from .closed import ClosedLoop


@dataclass(frozen=True)
class Counted(ClosedLoop):
    # The case's own.
    setup: str = "plain"
    requests: int = 1000

    def warm_up(self, site, contestant):
        pass

    def measure(self, site, contestant, seconds):
        case = Case("counted", "", self.setup, ClosedLoop(request=self.request))
        found = profile_of_request(site, case, contestant.name, self.requests)
        return {"instructions": found.total, "allocations": found.allocations}
