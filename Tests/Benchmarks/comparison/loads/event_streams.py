"""Many event streams at once."""

import sys
from dataclasses import dataclass

from ..children import Failure
from ..http import Request
from ..site import GENERATORS, expect
from .generator import measured, request_file, result


@dataclass(frozen=True)
class EventStreams:
    streams: int = 1000
    count: int = 50
    # What generator and upstream, which share a core, can do with time to spare.
    events_per_second: int = 10_000

    def check(self, site, contestant):
        answer = expect(contestant, self.request(0.001), came_through=True)
        if answer.body.count(b"data: ") != self.count:
            raise Failure(f"{contestant.name}: a stream has {answer.body.count(b'data: ')} events, not {self.count}")

    def warm_up(self, site, contestant):
        self._run(site, contestant, 1)

    def measure(self, site, contestant, seconds):
        return measured(contestant, lambda: self._run(site, contestant, seconds))

    def _run(self, site, contestant, seconds):
        interval = seconds / self.count
        streams = max(1, min(self.streams, int(self.events_per_second * interval)))
        file = request_file(site, contestant, self.request(interval))
        command = [sys.executable, GENERATORS / "event_streams.py", contestant.port, file, streams, self.count, interval]
        return {**result(site, command, 2 * seconds + 40), "streams": streams}

    def request(self, interval, count=None):
        """Asks for so many events, the load's own number unless another one is given, at that pace in seconds."""
        path = f"/events?count={count or self.count}&interval={interval:.4f}"
        return Request(path, fields={"accept": "text/event-stream"})
