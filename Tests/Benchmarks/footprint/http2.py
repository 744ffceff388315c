"""An HTTP/2 client of a few frames: enough to fetch, to send, and to stay open."""

import socket
import struct

from comparison.children import Failure

DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW = 0, 1, 3, 4, 6, 7, 8
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# Field sections are written without Huffman code and without the table (RFC 7541, section 6.2.2).
_OK = 0x88


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def section(method, path, *more):
    """The header section of a request; lengths stay below 127."""
    fields = [(b":method", method), (b":scheme", b"http"), (b":path", path), (b":authority", b"localhost"), *more]
    text = b""
    for name, value in fields:
        text += bytes([0, len(name)]) + name + bytes([len(value)]) + value
    return text


class Connection:
    """A connection with one stream at a time."""

    def __init__(self, connection, window=65_535):
        self._socket = connection
        self._rest = b""
        self.initial, self.connection_window = 65_535, 65_535
        self._next = 1
        settings = struct.pack(">HI", 4, window)
        connection.sendall(_PREFACE + frame(SETTINGS, 0, 0, settings) + frame(WINDOW, 0, 0, struct.pack(">I", 1 << 20)))
        while self.receive()[0] != SETTINGS:
            pass

    def receive(self):
        """The next frame as kind, flags, stream and payload; settings, pings and windows are seen to."""
        while len(self._rest) < 9 or len(self._rest) < 9 + int.from_bytes(self._rest[:3], "big"):
            part = self._socket.recv(256 << 10)
            if not part:
                raise Failure("the gateway closed a connection")
            self._rest += part
        length = int.from_bytes(self._rest[:3], "big")
        kind, flags, stream = struct.unpack(">BBI", self._rest[3:9])
        payload, self._rest = self._rest[9 : 9 + length], self._rest[9 + length :]
        if kind == SETTINGS and not flags & 1:
            for at in range(0, length, 6):
                key, value = struct.unpack(">HI", payload[at : at + 6])
                if key == 4:
                    self.initial = value
            self._socket.sendall(frame(SETTINGS, 1, 0))
        elif kind == PING and not flags & 1:
            self._socket.sendall(frame(PING, 1, 0, payload))
        elif kind == WINDOW:
            increment = int.from_bytes(payload, "big")
            if stream == 0:
                self.connection_window += increment
            else:
                self.stream_window += increment
        elif kind in (RESET, GOAWAY):
            raise Failure(f"the gateway refused: frame {kind}, {payload.hex()}")
        elif kind == HEADERS and payload[0] != _OK:
            raise Failure(f"the gateway answered {payload[:32]!r}")
        return kind, flags, stream, payload

    def request(self, method, path, *fields, ends=True):
        stream, self._next = self._next, self._next + 2
        self.stream_window = self.initial
        self._socket.sendall(frame(HEADERS, 5 if ends else 4, stream, section(method, path, *fields)))
        return stream

    def read_answer(self, pace=None):
        """Reads to the end of an answer, and gives back what was read; returns its length."""
        total, owed = 0, 0
        while True:
            kind, flags, stream, payload = self.receive()
            if kind == DATA:
                total += len(payload)
                owed += len(payload)
                if pace:
                    pace.passed(len(payload))
                if owed >= 32 << 10:
                    increment = struct.pack(">I", owed)
                    self._socket.sendall(frame(WINDOW, 0, 0, increment) + frame(WINDOW, 0, stream, increment))
                    owed = 0
            if kind in (DATA, HEADERS) and flags & 1:
                return total

    def send_body(self, stream, length):
        """Sends a body as fast as the windows allow."""
        part = b"x" * 16_384
        while length > 0:
            room = min(len(part), length, self.connection_window, self.stream_window)
            if room <= 0:
                self.receive()
                continue
            length -= room
            self.connection_window -= room
            self.stream_window -= room
            self._socket.sendall(frame(DATA, 0 if length else 1, stream, part[:room]))


def connect(port, source="127.0.0.1", window=65_535):
    connection = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(source, 0))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection, Connection(connection, window)
