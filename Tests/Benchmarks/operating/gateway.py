"""Gateways as processes."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def binary():
    """The program to show: SLUICE_BINARY, or the release build of this tree."""
    path = Path(os.environ.get("SLUICE_BINARY", ROOT / ".build/release/sluice"))
    if not os.access(path, os.X_OK):
        raise SystemExit(f"no program at {path}; run swift build -c release, or set SLUICE_BINARY")
    return str(path)


def need(*programs):
    """Ends the show when a program that it needs is missing."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing:
        raise SystemExit(f"this needs {', '.join(missing)}; Debian has them in wrk, nghttp2-client and openssl")


def free_port():
    """A port that nobody listened on a moment ago."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Gateway:
    """A gateway that runs."""

    def __init__(self, folder, name, text, *options, workers=1, environment=None):
        self.path = Path(folder) / f"{name}.yaml"
        self.path.write_text(text)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [binary(), "run", str(self.path), "--workers", str(workers), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)

    def wait_for(self, pattern, seconds=30):
        """The first match in what the gateway has said."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in list(self.lines):
                match = re.search(pattern, line)
                if match:
                    return match
            if self.process.poll() is not None:
                break
            time.sleep(0.001)
        raise SystemExit("".join(self.lines) or "the gateway does not start")

    def address(self, listener):
        return self.wait_for(rf"address=(\S+) listener={listener}\b")[1]

    def port(self, listener):
        return int(self.address(listener).rsplit(":", 1)[1])

    def ask(self, path, method="GET"):
        """What the operators' listener answers: status and text."""
        request = urllib.request.Request(f"http://{self.address('admin')}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def reload(self, text=None):
        """Whether another configuration is in force now."""
        if text is not None:
            self.path.write_text(text)
        status, answer = self.ask("/reload", "POST")
        if status != 200:
            print(answer)
        return status == 200 and json.loads(answer)["changed"]

    def resident(self):
        """Resident memory in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu(self):
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def end(self, seconds=60):
        if self.process.poll() is None:
            self.terminate()
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@contextmanager
def place():
    """A folder, and gateways that end with it."""
    gateways = []
    with tempfile.TemporaryDirectory(prefix="sluice-operating-") as folder:

        def start(name, text, *options, **settings):
            gateways.append(Gateway(folder, name, text, *options, **settings))
            return gateways[-1]

        start.folder = Path(folder)
        try:
            yield start
        finally:
            for gateway in reversed(gateways):
                gateway.end()


def certificate(folder, name, subject):
    """A self-signed certificate and its key."""
    paths = Path(folder) / f"{name}.crt", Path(folder) / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-subj", f"/CN={subject}", "-addext", f"subjectAltName=DNS:{subject}"]
        + ["-keyout", str(paths[1]), "-out", str(paths[0])],
        check=True,
        capture_output=True,
    )
    return paths
