"""Many connections that have asked once, and then stay open."""

import socket
import ssl
import time
from contextlib import ExitStack

from comparison.children import Failure

from . import http2

COUNT = 10_000
_REQUEST = b"GET /small HTTP/1.1\r\nhost: localhost\r\n\r\n"


def clear(place):
    return _hold(place, lambda source: _ask(_connect(place.clear, source)))


def secured(place):
    context = ssl.create_default_context(cafile=place.folder / "server.crt")
    context.set_alpn_protocols(["http/1.1"])
    return _hold(place, lambda source: _ask(_secure(context, place.secured, source)))


def http2_clear(place):
    return _hold(place, lambda source: _ask_http2(*http2.connect(place.clear, source)))


def http2_secured(place):
    context = ssl.create_default_context(cafile=place.folder / "server.crt")
    context.set_alpn_protocols(["h2"])

    def opened(source):
        connection = _secure(context, place.secured, source)
        return _ask_http2(connection, http2.Connection(connection))

    return _hold(place, opened)


def _hold(place, opened):
    with ExitStack() as stack:
        for number in range(COUNT):
            # Enough ports, whatever the machine lets a client have of one address.
            stack.enter_context(opened(f"127.0.0.{2 + number % 100}"))
        # Let what the opening left behind be given back.
        time.sleep(4)
        place.held = place.resident()
    return COUNT


def _connect(port, source):
    connection = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))
    # Else the request waits for the acknowledgement of the handshake's end.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _secure(context, port, source):
    return context.wrap_socket(_connect(port, source), server_hostname="localhost")


def _ask(connection):
    connection.sendall(_REQUEST)
    received = b""
    while not received.endswith(b"\r\n\r\nok"):
        part = connection.recv(65536)
        if not part:
            raise Failure(f"a connection was closed after {received!r}")
        received += part
    return connection


def _ask_http2(raw, client):
    client.request(b"GET", b"/small")
    if client.read_answer() != 2:
        raise Failure("an answer is not as it should be")
    return raw
