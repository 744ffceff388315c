"""Requests to some of many routes, and how long the configuration takes to load."""

import time
from dataclasses import dataclass

from .closed import ClosedLoop


@dataclass(frozen=True)
class RoutedLoop(ClosedLoop):
    def measure(self, site, contestant, seconds):
        found = super().measure(site, contestant, seconds)
        # Reads, builds and validates all that a start does, and ends; the start of the process is in it.
        command = [site.tools.sluice, "check", contestant.configuration]
        begin = time.monotonic()
        site.children.output(command, site.cores.proxy, site.log("check"), 60)
        return {**found, "check": time.monotonic() - begin}
