"""The requests of a case: built once as bytes for generators, and asked one at a time to see that answers are right."""

import http.client
from dataclasses import dataclass, field

COMMON_FIELDS = {"user-agent": "benchmark/1", "accept": "*/*"}


@dataclass(frozen=True)
class Request:
    """One request, which a load sends over and over."""

    path: str = "/"
    method: str = "GET"
    fields: dict = field(default_factory=dict)
    body: bytes = b""

    def all_fields(self):
        return {**COMMON_FIELDS, **self.fields}

    def wire(self, port):
        """The request as it stands on the wire."""
        fields = {"host": f"127.0.0.1:{port}", **self.all_fields()}
        if self.body:
            fields["content-length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    status: int
    fields: dict
    body: bytes


def ask(port, request, timeout=10):
    """Sends a request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(request.method, request.path, body=request.body or None, headers=request.all_fields())
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read())
    finally:
        connection.close()
