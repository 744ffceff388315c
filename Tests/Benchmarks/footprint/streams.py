"""Clients that ask for much and read little."""

import socket
import time
from contextlib import ExitStack

from . import http2
from .case import MIB
from .upstreams import EventFlood

STREAMS = 1000
# Time in which everything fills up.
SECONDS = 15
# What a client that never reads sends, if it is let.
UNREAD = 256 * MIB


def slow_readers(place):
    """Event streams of an upstream that never waits, each read at some hundred bytes a second."""
    with EventFlood(place.upstream), ExitStack() as stack:
        clients = [stack.enter_context(_ask(place.clear)) for _ in range(STREAMS)]
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for client in clients:
                client.recv(256)
            time.sleep(0.5)
        place.held = place.resident()
    return STREAMS


def unread_answers(place):
    """Requests in a row whose answers are never read."""
    burst = b"GET /fill HTTP/1.1\r\nhost: localhost\r\n\r\n" * 1000
    with socket.create_connection(("127.0.0.1", place.clear), timeout=5) as client:
        _push(client, lambda _: burst)
        place.held = place.resident()
    return 1


def unread_answers_http2(place):
    """The same as streams of one connection, each with its end."""
    fields = http2.section(b"GET", b"/fill")

    def burst(number):
        first = 1 + 2000 * number
        return b"".join(http2.frame(http2.HEADERS, 5, first + 2 * at, fields) for at in range(1000))

    raw, _ = http2.connect(place.clear)
    with raw:
        raw.settimeout(5)
        _push(raw, burst)
        place.held = place.resident()
    return 1


def _ask(port):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", port))
    client.sendall(b"GET /events HTTP/1.1\r\nhost: localhost\r\n\r\n")
    return client


def _push(client, burst):
    """Sends until the other end takes no more for some seconds, or closes, or has taken enough."""
    sent = number = 0
    try:
        while sent < UNREAD:
            data = burst(number)
            client.sendall(data)
            number += 1
            sent += len(data)
    except (TimeoutError, ConnectionError):
        return
