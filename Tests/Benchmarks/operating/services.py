"""Services behind a gateway, whose behaviour a show changes while they run."""

import asyncio
import threading
from collections import Counter


class Service:
    """An HTTP/1 server on its own thread."""

    def __init__(self, name):
        self.name, self.status, self.delay, self.requests = name, 200, 0.0, Counter()
        self.loop = asyncio.new_event_loop()
        self.connections = set()
        self.port = 0
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.start()

    @property
    def endpoint(self):
        return f"127.0.0.1:{self.port}"

    @property
    def served(self):
        """Requests that were no checks."""
        return sum(count for path, count in self.requests.items() if path != "/healthy")

    def start(self):
        """Listens, at the same port as before."""
        self._call(self._start())

    async def _start(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]

    def kill(self):
        """Listens no more, and breaks every connection off."""
        self._call(self._kill())

    async def _kill(self):
        self.server.close()
        for writer in list(self.connections):
            writer.transport.abort()

    def _call(self, work):
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _serve(self, reader, writer):
        self.connections.add(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                self.requests[path] += 1
                if self.delay:
                    await asyncio.sleep(self.delay)
                body = self.name.encode()
                writer.write(b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%s" % (self.status, len(body), body))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.connections.discard(writer)
            writer.close()
