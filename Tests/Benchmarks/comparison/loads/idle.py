"""Connections that have asked once and then stay open: what each costs in memory."""

import subprocess
import sys
import time
from dataclasses import dataclass, field

from ..children import Failure
from ..http import Request
from ..site import GENERATORS, expect
from .generator import read_result, request_file


@dataclass(frozen=True)
class IdleConnections:
    connections: int = 10_000
    request: Request = field(default_factory=Request)

    def check(self, site, contestant):
        expect(contestant, self.request, came_through=True)

    def warm_up(self, site, contestant):
        pass

    def measure(self, site, contestant, seconds):
        before = contestant.resident_bytes()
        command = [sys.executable, GENERATORS / "idle_connections.py", contestant.port]
        command += [request_file(site, contestant, self.request), self.connections]
        log = site.log("generator")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        holder = site.children.start(command, site.cores.load, log, **pipes)
        try:
            found = read_result(holder.stdout.readline().decode(), command, log)
            # Let what the opening left behind be given back.
            time.sleep(1)
            after = contestant.resident_bytes()
        finally:
            site.children.stop(holder)
        if not found["open"]:
            raise Failure(f"{contestant.name} took no connection")
        return {
            "connections": found["open"],
            "start": before / 2**20,
            "rss": after / 2**20,
            "per_connection": (after - before) / 1024 / found["open"],
            "errors": {"failed": found["failed"]},
        }
