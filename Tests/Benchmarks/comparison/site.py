"""One run's place: folder, ports, cores, upstreams, and the programs under comparison."""

import os
import re
import socket
import sys
import time
from http.client import HTTPException
from pathlib import Path

from . import machine
from .case import CONFIGURATIONS, kind
from .children import Failure, await_condition, tail
from .encryption import Encryption
from .http import Request, ask
from .usage import cpu_seconds, resident_bytes
from .wire import HTTP1, Wire

FOLDER = Path(__file__).resolve().parents[1]
GENERATORS = FOLDER / "generators"

# What the key filters of the chain let in.
KEY = "b2f0c1d4e7a84c6f9d3e5a1b7c8d9e0f"
# What the upstream says to a question, for the case of the cache.
ANSWER = (
    '{"id":"chatcmpl-9f2c7a51","object":"chat.completion","created":1735689600,"model":"model-1","choices":[{"index":0,'
    '"message":{"role":"assistant","content":"' + "A star is a ball of hot gas that shines by fusion. " * 12 + '"},'
    '"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":150,"total_tokens":162}}'
)


# Seconds until programs answer on a machine with other work, where that is long.
_SLOW_TO_START = {"litellm": 120}


class Contestant:
    """A running program that is compared, or `direct`: the upstream without one in between."""

    def __init__(self, name, port, process=None, folder=None, wire: Wire = HTTP1):
        self.name = name
        self.port = port
        # Where its operators' listener is, if its file has one.
        self.admin_port = None
        self.process = process
        self.folder = folder
        self.wire = wire
        # The file that it was started with, and the seconds from there to its first answer.
        self.configuration = None
        self.ready_seconds = None

    def ask(self, request):
        return ask(self.port, request, self.wire)

    def url(self, path):
        return f"{self.wire.scheme}://127.0.0.1:{self.port}{path}"

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid) if self.process else None

    def resident_bytes(self):
        return resident_bytes(self.process.pid) if self.process else None

    def logged(self):
        """A late line of the access log; empty while there is none.

        Its beginning may be a hole: HAProxy goes on where it was when its output is truncated.
        """
        for log in self._access_logs():
            with open(log, "rb") as file:
                file.seek(max(0, log.stat().st_size - (16 << 10)))
                # The first and the last one may be parts of lines.
                lines = file.read().decode(errors="replace").split("\n")[1:-1]
            if lines:
                return lines[-1]
        return ""

    def empty_access_log(self):
        """Empties the access log, so that rounds do not fill the disk."""
        for log in self._access_logs():
            os.truncate(log, 0)

    def _access_logs(self):
        names = ("access.log", "stdout.log") if self.folder else ()
        return [self.folder / name for name in names if (self.folder / name).exists()]


class Site:
    """Starts programs from the files in `configurations/`, in which `@NAME@` stands for a value."""

    def __init__(self, tools, children, folder, cores):
        self.tools = tools
        self.children = children
        self.folder = folder
        # Workers of a program that root starts run as somebody else, and have to get at their files.
        folder.chmod(0o755)
        self.cores = cores
        self.values = {
            "KEY": KEY,
            "ANSWER": ANSWER,
            "HIT": ANSWER,
            "DESCRIPTORS": machine.DESCRIPTORS - 100,
            "CONNECTIONS": machine.CONNECTIONS,
        }
        self.encryption = Encryption.made(folder)
        self.upstreams = {}

    def log(self, name):
        return self.folder / f"{name}.log"

    def start_upstreams(self):
        """The two upstreams, on the cores of the load: nginx for everything but event streams."""
        files = self.folder / "files"
        files.mkdir()
        for name, size in {"1KiB": 1 << 10, "64KiB": 1 << 16, "1MiB": 1 << 20}.items():
            (files / name).write_bytes(b"x" * size)
        self.values["FILES"] = files
        web = self._start("upstream", CONFIGURATIONS / "upstream/nginx.conf", self.cores.load)
        self.upstreams["web"] = web.port
        port = free_port()
        script = [sys.executable, GENERATORS / "event_upstream.py", port]
        process = self.children.start(script, self.cores.load, self.log("events"))
        await_condition(lambda: is_open(port), process, "the upstream of event streams")
        self.upstreams["events"] = port

    def start(self, name, setup, upstream, wire=HTTP1, prefix=(), patience=20):
        """Starts a contestant on the core of the proxy. `prefix` runs it under another program."""
        self.values["UPSTREAM"] = f"127.0.0.1:{self.upstreams[upstream]}"
        self.values["UPSTREAM_PORT"] = self.upstreams[upstream]
        path = next(path for path in (CONFIGURATIONS / setup).iterdir() if path.stem == name)
        return self._start(name, path, self.cores.proxy, wire, prefix, patience)

    def _start(self, name, template, cores, wire=HTTP1, prefix=(), patience=20):
        port = free_port()
        place = self.folder / f"{name}-{port}"
        place.mkdir()
        files = self.encryption
        spoken = wire.values(files.certificate, files.key, files.both)
        admin_port = free_port()
        values = {**self.values, **spoken, "PORT": port, "ADMIN_PORT": admin_port, "FOLDER": place}
        rendered = place / template.name
        rendered.write_text(re.sub(r"@([A-Z_]+)@", lambda match: str(values[match[1]]), template.read_text()))
        command = [*prefix, *self._command(kind(template.stem), rendered, place, port)]
        # HAProxy writes its access log to standard output: that is a file here, as it is for the others.
        begin = time.monotonic()
        with open(place / "stdout.log", "ab") as output:
            process = self.children.start(command, cores, place / "stderr.log", stdout=output)
        patience = max(patience, _SLOW_TO_START.get(kind(name), 0))
        await_condition(lambda: answers(port, wire), process, f"{name} ({template})", patience)
        contestant = Contestant(name, port, process, place, wire)
        contestant.ready_seconds = time.monotonic() - begin
        contestant.configuration = rendered
        contestant.admin_port = admin_port
        return contestant

    def _command(self, program, configuration, place, port):
        """One worker each, since each has one core."""
        if program == "sluice":
            return [self.tools.sluice, "run", configuration, "--workers", 1, "--log-level", "error"]
        if program == "nginx":
            return [self.tools.nginx, "-p", place, "-e", place / "error.log", "-c", configuration]
        if program == "haproxy":
            return [self.tools.haproxy, "-db", "-f", configuration]
        if program == "litellm":
            # What else it would fetch or send, and pages that nobody reads.
            quiet = ["LITELLM_LOCAL_MODEL_COST_MAP=True", "NO_DOCS=True", "LITELLM_LOG=ERROR"]
            options = ["--host", "127.0.0.1", "--port", port, "--num_workers", 1, "--telemetry", "False"]
            return ["env", *quiet, self.tools.litellm, "--config", configuration, *options]
        quiet = ["--disable-hot-restart", "--log-level", "error"]
        return [self.tools.envoy, "-c", configuration, "--concurrency", 1, *quiet]

    def stop(self, contestant):
        if contestant.process:
            self.children.stop(contestant.process)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def answers(port, wire):
    """Whether a server answers anything: an open port alone may be a trial bind that is about to be closed."""
    try:
        return ask(port, Request(), wire).status > 0
    except (OSError, HTTPException):
        return False


def expect(contestant, request, status=200, length=None, came_through=None):
    """Fails unless a contestant answers as it should: nothing is measured that does something else."""
    try:
        answer = contestant.ask(request)
    except (OSError, HTTPException) as error:
        log = tail(contestant.process.log) if contestant.process else ""
        raise Failure(f"{contestant.name}: {request.method} {request.path}: {error}\n{log}") from None
    found = f"{contestant.name}: {request.method} {request.path} was answered {answer.status}"
    if answer.status != status:
        raise Failure(f"{found}; expected {status}")
    if length is not None and len(answer.body) != length:
        raise Failure(f"{found} with {len(answer.body)} bytes; expected {length}")
    if came_through is not None and ("x-upstream" in answer.fields) != came_through:
        raise Failure(f"{found}, {'not ' if came_through else ''}by the upstream")
    return answer
