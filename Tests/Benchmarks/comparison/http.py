"""The requests of a case: built once as bytes for generators, and asked one at a time to see that answers are right."""

import http.client
import ssl
import subprocess
from dataclasses import dataclass, field

from .tools import program
from .wire import HTTP1, Wire

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


def ask(port, request, wire: Wire = HTTP1, timeout=10):
    """Sends a request on a connection of its own."""
    if wire.http2:
        return _ask_by_curl(port, request, wire, timeout)
    if wire.tls:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=trusting())
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(request.method, request.path, body=request.body or None, headers=request.all_fields())
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read())
    finally:
        connection.close()


def trusting() -> ssl.SSLContext:
    """A client's side of TLS that takes the run's own certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _ask_by_curl(port, request, wire, timeout):
    """The same over HTTP/2; an `OSError` when no answer came, as from a socket."""
    command = [program("curl"), "-sSki", "--http2" if wire.tls else "--http2-prior-knowledge", "-X", request.method]
    command += ["--max-time", str(timeout), f"{wire.scheme}://127.0.0.1:{port}{request.path}"]
    for name, value in request.all_fields().items():
        command += ["-H", f"{name}: {value}"]
    if request.body:
        command += ["--data-binary", "@-"]
    done = subprocess.run(command, input=request.body, capture_output=True)
    if done.returncode:
        raise OSError(done.stderr.decode().strip())
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    version, status = first.split()[:2]
    if version != "HTTP/2":
        raise OSError(f"{version} was spoken instead of HTTP/2")
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Answer(int(status), fields, body)
