"""Upstreams that a case brings along, each on a thread of this process."""

import selectors
import socket
import threading

from .pace import Pace

_CHUNK = b"x" * (256 << 10)
_EVENT = b'data: {"choices":[{"index":0,"delta":{"content":" star"},"finish_reason":null}]}\n\n'
# Sixty-four events in a chunk.
_EVENTS = b"%x\r\n%s\r\n" % (64 * len(_EVENT), 64 * _EVENT)


class Upstream:
    """Listens on a port while the `with` block runs."""

    def __init__(self, port):
        self._server = socket.create_server(("127.0.0.1", port), backlog=4096)
        self._stop = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop = True
        # Also wakes a thread that waits for a connection.
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


class Flood(Upstream):
    """Answers each request with so many bytes, as fast as they are taken."""

    def __init__(self, port, length):
        super().__init__(port)
        self._length = length

    def _serve(self):
        while not self._stop:
            try:
                connection, _ = self._server.accept()
                with connection:
                    read_head(connection)
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % self._length)
                    left = self._length
                    while left > 0:
                        left -= connection.send(_CHUNK[: min(left, len(_CHUNK))])
            except OSError:
                continue


class SlowTaker(Upstream):
    """Takes a body at so many bytes a second, and then answers."""

    def __init__(self, port, rate):
        super().__init__(port)
        self._rate = rate

    def _serve(self):
        while not self._stop:
            try:
                connection, _ = self._server.accept()
                with connection:
                    length, rest = read_head(connection)
                    pace, left = Pace(self._rate), length - len(rest)
                    while left > 0:
                        part = connection.recv(min(left, 256 << 10))
                        if not part:
                            break
                        left -= len(part)
                        pace.passed(len(part))
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
            except OSError:
                continue


class EventFlood(Upstream):
    """Sends events without end on every connection, as fast as they are taken."""

    def _serve(self):
        selector = selectors.DefaultSelector()
        self._server.setblocking(False)
        selector.register(self._server, selectors.EVENT_READ)
        pending = {}
        while not self._stop:
            for key, _ in selector.select(0.2):
                try:
                    self._turn(key.fileobj, selector, pending)
                except BlockingIOError:
                    continue
                except OSError:
                    if key.fileobj is not self._server:
                        selector.unregister(key.fileobj)
                        pending.pop(key.fileobj, None)
                        key.fileobj.close()
        for connection in pending:
            connection.close()

    def _turn(self, ready, selector, pending):
        if ready is self._server:
            connection, _ = self._server.accept()
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_READ)
        elif ready not in pending:
            if not ready.recv(65536):
                raise OSError("closed")
            pending[ready] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            selector.modify(ready, selectors.EVENT_WRITE)
        else:
            data = pending[ready] or _EVENTS
            pending[ready] = data[ready.send(data) :]


def read_head(connection):
    """Reads a message's head; returns its content-length, 0 without one, and what came of the body."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            raise OSError("closed within a head")
        received += part
    head, _, rest = received.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value), rest
    return 0, rest
