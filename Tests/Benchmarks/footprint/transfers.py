"""One long body, and the side that takes it is the slower one."""

import socket

from comparison.children import Failure

from . import http2
from .case import GIB, MIB
from .pace import Pace
from .upstreams import Flood, SlowTaker, read_head

LENGTH = GIB
RATE = 100 * MIB


def download(place):
    with Flood(place.upstream, LENGTH), socket.create_connection(("127.0.0.1", place.clear), timeout=60) as client:
        client.sendall(b"GET /body HTTP/1.1\r\nhost: localhost\r\n\r\n")
        length, rest = read_head(client)
        pace, left = Pace(RATE), length - len(rest)
        while left > 0:
            part = client.recv(256 << 10)
            if not part:
                raise Failure(f"the answer ended {left} bytes early")
            left -= len(part)
            pace.passed(len(part))
    return _whole(length)


def download_http2(place):
    with Flood(place.upstream, LENGTH):
        raw, client = http2.connect(place.clear, window=1 << 20)
        with raw:
            client.request(b"GET", b"/body")
            return _whole(client.read_answer(Pace(RATE)))


def upload(place):
    with SlowTaker(place.upstream, RATE), socket.create_connection(("127.0.0.1", place.clear), timeout=60) as client:
        client.sendall(b"POST /body HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % LENGTH)
        part, left = b"x" * (256 << 10), LENGTH
        while left > 0:
            left -= client.send(part[: min(left, len(part))])
        length, _ = read_head(client)
        if length != 2:
            raise Failure(f"the upload was answered with {length} bytes")
    return 1


def upload_http2(place):
    with SlowTaker(place.upstream, RATE):
        raw, client = http2.connect(place.clear)
        with raw:
            stream = client.request(b"POST", b"/body", (b"content-length", b"%d" % LENGTH), ends=False)
            client.send_body(stream, LENGTH)
            if client.read_answer() != 2:
                raise Failure("the upload was not answered as the upstream did")
    return 1


def _whole(length):
    if length != LENGTH:
        raise Failure(f"{length} bytes came; expected {LENGTH}")
    return 1
