"""An upstream of event streams: `/events?count=50&interval=0.1` sends so many events at that pace.

Every event carries the time at which it was sent (`time.monotonic_ns`, one clock for all processes of a machine).
Usage: event_upstream.py PORT
"""

import asyncio
import gc
import sys
import time
from urllib.parse import parse_qs, urlsplit

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nx-upstream: yes\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
# As long as a chunk of a chat completion usually is.
EVENT = (
    'data: {"sent":%d,"id":"chatcmpl-9f2c7a51","object":"chat.completion.chunk","created":1735689600,"model":"model-1",'
    '"choices":[{"index":0,"delta":{"content":" star"},"finish_reason":null}]}\n\n'
)


class EventStreams(asyncio.Protocol):
    def __init__(self, loop):
        self.loop = loop
        self.received = b""
        self.timer = None

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        if self.timer:
            self.timer.cancel()

    def data_received(self, data):
        self.received += data
        head, end, self.received = self.received.partition(b"\r\n\r\n")
        if not end:
            self.received = head
            return
        query = parse_qs(urlsplit(head.split(b" ", 2)[1].decode()).query)
        self.left = int(query["count"][0])
        self.interval = float(query["interval"][0])
        self.due = self.loop.time()
        self.transport.write(HEAD)
        self.send()

    def send(self):
        event = (EVENT % time.monotonic_ns()).encode()
        chunk = b"%x\r\n%s\r\n" % (len(event), event)
        self.left -= 1
        if self.left == 0:
            self.transport.write(chunk + b"0\r\n\r\n")
            return
        self.transport.write(chunk)
        # From the time when it was due, so that lateness does not add up.
        self.due += self.interval
        self.timer = self.loop.call_at(self.due, self.send)


async def main(port):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: EventStreams(loop), "127.0.0.1", port, backlog=4096)
    gc.freeze()
    gc.disable()
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1])))
