"""A fresh gateway for each case, and what the kernel says of its memory."""

import subprocess
import time
from pathlib import Path

from comparison.children import Failure, await_condition
from comparison.site import free_port, is_open

_CONFIGURATION = """\
limits: {{ connections: 100000, memory: unlimited }}
drainTimeout: 1s
listeners:
  - {{ name: clear, address: "127.0.0.1:{clear}" }}
  - name: secured
    address: "127.0.0.1:{secured}"
    tls: {{ certificates: [{{ certificate: {folder}/server.crt, privateKey: {folder}/server.key }}] }}
services:
  - {{ name: up, type: static, domain: "127.0.0.1:{upstream}" }}
routes:
  - {{ name: fill, match: {{ path: {{ exact: /fill }} }}, response: {{ status: 204, headers: {{ x-fill: "{fill}" }} }} }}
  - {{ name: small, match: {{ path: {{ exact: /small }} }}, response: {{ status: 200, body: "ok" }} }}
  - {{ name: all, service: up.static }}
"""


class Place:
    """A running gateway with one worker, and the port of the upstream that the case brings along."""

    def __init__(self, children, binary, folder, cores, number):
        self.folder = Path(folder) / f"gateway-{number}"
        self.folder.mkdir()
        self.clear, self.secured, self.upstream = free_port(), free_port(), free_port()
        self._children = children
        self._make_certificate()
        configuration = self.folder / "gateway.yaml"
        configuration.write_text(
            _CONFIGURATION.format(
                clear=self.clear, secured=self.secured, upstream=self.upstream, folder=self.folder, fill="x" * 1000
            )
        )
        command = [binary, "run", configuration, "--workers", 1, "--log-level", "warning"]
        self.process = children.start(command, cores.proxy, self.folder / "gateway.log")
        await_condition(lambda: is_open(self.secured), self.process, "the gateway")
        # Let what the start left behind be given back, and the trial connections end.
        time.sleep(0.5)
        # What the start took at its highest is not the load's: proc_pid_clear_refs(5) makes the peak what it is now.
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self):
        self._children.stop(self.process)

    def resident(self):
        return self._status("VmRSS")

    def peak(self):
        """The highest since the gateway had started, which the kernel keeps."""
        return self._status("VmHWM")

    def program(self):
        """What of the resident memory are pages of files: the program's and its libraries'."""
        return self._status("RssFile")

    def _status(self, key):
        if self.process.poll() is not None:
            raise Failure(f"the gateway ended with {self.process.returncode}")
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
        raise Failure(f"the kernel does not say {key}")

    def _make_certificate(self):
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        command += ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        command += ["-keyout", self.folder / "server.key", "-out", self.folder / "server.crt"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if done.returncode:
            raise Failure(f"openssl: {done.stderr.strip()}")
