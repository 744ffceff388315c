"""Opens many event streams at once, reads all of them to their end, and prints the result as one line of JSON.

Usage: event_streams.py PORT REQUEST-FILE STREAMS COUNT INTERVAL
"""

import asyncio
import gc
import json
import re
import sys
import time

SENT = re.compile(rb'data: \{"sent":(\d+)')


class Totals:
    def __init__(self):
        self.delays = []
        self.broken = 0


class Stream(asyncio.Protocol):
    """One stream. The events are looked for in the bytes as they come; the framing around them is not decoded."""

    def __init__(self, request, count, totals, ended):
        self.request = request
        self.left = count
        self.totals = totals
        self.ended = ended
        self.rest = b""

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data):
        now = time.monotonic_ns()
        self.rest += data
        matches = list(SENT.finditer(self.rest))
        # An event whose end is not here yet may have half a number: it is left for the next time.
        complete = self.rest.rfind(b"}\n\n")
        matches = [match for match in matches if match.start() < complete]
        self.totals.delays += [now - int(match[1]) for match in matches]
        self.left -= len(matches)
        self.rest = self.rest[complete + 3 :] if complete >= 0 else self.rest
        if self.left <= 0 and self.rest.endswith(b"0\r\n\r\n"):
            self.transport.close()

    def connection_lost(self, error):
        if self.left != 0:
            self.totals.broken += 1
        if not self.ended.done():
            self.ended.set_result(None)


async def main(port, request, streams, count, interval):
    loop = asyncio.get_running_loop()
    totals = Totals()
    begin = time.monotonic()
    ends = []
    for index in range(streams):
        # Spread over one interval, so that events do not all come at one moment.
        await asyncio.sleep(max(0, begin + index * interval / streams - time.monotonic()))
        ended = loop.create_future()
        ends.append(ended)
        try:
            await loop.create_connection(
                lambda: Stream(request, count, totals, ended), "127.0.0.1", port
            )
        except OSError:
            totals.broken += 1
            ended.set_result(None)
    _, pending = await asyncio.wait(ends, timeout=count * interval * 2 + 10)
    totals.broken += len(pending)
    seconds = time.monotonic() - begin
    delays = sorted(totals.delays)
    at = lambda share: delays[min(len(delays) - 1, int(len(delays) * share))] / 1e6 if delays else None
    result = {"units": len(delays), "seconds": seconds, "p50": at(0.5), "p99": at(0.99)}
    result["errors"] = {"broken streams": totals.broken, "missing events": streams * count - len(delays)}
    print("RESULT", json.dumps(result))


gc.freeze()
gc.disable()
arguments = sys.argv[1:]
with open(arguments[1], "rb") as file:
    wire = file.read()
asyncio.run(main(int(arguments[0]), wire, int(arguments[2]), int(arguments[3]), float(arguments[4])))
