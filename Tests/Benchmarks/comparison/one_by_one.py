"""Requests one at a time: how many fall into one turn of the event loop is then the same in every run."""

import re
import socket
from contextlib import contextmanager
from dataclasses import replace

from .children import Failure
from .http import trusting
from .loads.event_streams import EventStreams
from .loads.generator import printed
from .loads.multiplexed import fields_of


# In seconds: events come far enough apart that each is read by itself under valgrind too.
_APART = 0.002


def send(site, contestant, load, count):
    """Sends a load's request so often; where it has several paths, those in turn. Of events it asks for so many in one stream."""
    if isinstance(load, EventStreams):
        with kept_connection(contestant, load.request(_APART, count)) as ask:
            ask(1)
        return
    if contestant.wire.http2:
        _send_by_h2load(site, contestant, load.request, count)
        return
    requests = [replace(load.request, path=path) for path in getattr(load, "paths", ()) or (load.request.path,)]
    wires = [request.wire(contestant.port) for request in requests]
    closes = load.request.fields.get("connection") == "close"
    connection = None
    for index in range(count):
        connection = connection or _connected(contestant)
        connection.sendall(wires[index % len(wires)])
        _read_answer(connection)
        if closes:
            connection.close()
            connection = None
    if connection:
        connection.close()


@contextmanager
def kept_connection(contestant, request):
    """A function that sends a request over HTTP/1 so often as it is told, all on one connection."""
    connection = _connected(contestant)
    wire = request.wire(contestant.port)

    def ask(count):
        for _ in range(count):
            connection.sendall(wire)
            _read_answer(connection)

    try:
        yield ask
    finally:
        connection.close()


def _connected(contestant):
    connection = socket.create_connection(("127.0.0.1", contestant.port), timeout=30)
    if contestant.wire.tls:
        connection = trusting().wrap_socket(connection, server_hostname="localhost")
    return connection


def _read_answer(connection):
    with connection.makefile("rb") as answer:
        status = answer.readline()
        fields = list(iter(answer.readline, b"\r\n"))
        length = next((int(line[15:]) for line in fields if line.lower().startswith(b"content-length:")), None)
        whole = _read_chunks(answer) if length is None else len(answer.read(length)) == length
    if b" 200 " not in status or not whole:
        raise Failure(f"sluice answered {status!r} under callgrind")


def _read_chunks(answer):
    """Whether a chunked body came to its end."""
    while size := int(answer.readline() or b"0", 16):
        if len(answer.read(size + 2)) != size + 2:
            return False
    return answer.readline() == b"\r\n"


def _send_by_h2load(site, contestant, request, count):
    command = [site.tools.h2load, "-t", 1, "-c", 1, "-m", 1, "-n", count, *fields_of(request)]
    text = printed(site, [*command, contestant.url(request.path)], count / 10 + 60)
    if not re.search(rf"^status codes: {count} 2xx,", text, re.MULTILINE):
        raise Failure(f"sluice did not answer {count} requests under callgrind:\n{text}")
