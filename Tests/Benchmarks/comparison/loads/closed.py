"""As many requests as a fixed number of connections can carry, by wrk (closed loop)."""

from dataclasses import dataclass, field, replace

from ..http import Request
from ..site import GENERATORS, expect
from .generator import measured, result


@dataclass(frozen=True)
class ClosedLoop:
    request: Request = field(default_factory=Request)
    connections: int = 64
    # More paths than the request's own, asked for in turn.
    paths: tuple[str, ...] = ()
    # Bytes of the answer's body, where they are known.
    length: int | None = None
    # Whether the upstream has to have answered; None where it does not matter.
    came_through: bool | None = True

    def check(self, site, contestant):
        for path in self.paths or (self.request.path,):
            request = replace(self.request, path=path)
            expect(contestant, request, length=self.length, came_through=self.came_through)

    def warm_up(self, site, contestant):
        self._run(site, contestant, 1)

    def measure(self, site, contestant, seconds):
        return measured(contestant, lambda: self._run(site, contestant, seconds))

    def _run(self, site, contestant, seconds):
        body = "-"
        if self.request.body:
            body = site.folder / "body.bin"
            body.write_bytes(self.request.body)
        fields = [f"{name}: {value}" for name, value in self.request.all_fields().items()]
        command = [site.tools.wrk, "-t", 1, "-c", self.connections, "-d", f"{seconds}s", "--timeout", "5s"]
        command += ["-s", GENERATORS / "report.lua", contestant.url(self.request.path)]
        return result(site, [*command, "--", self.request.method, body, " ".join(self.paths), *fields], seconds + 30)
