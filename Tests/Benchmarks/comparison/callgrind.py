"""Sluice under valgrind's callgrind: what a request costs in instructions and allocations.

Unlike time these hardly depend on what else the machine does.
Two runs of the same program, one with more requests than the other; what they differ by, divided by the difference in
requests, is free of start and end. Instructions in the kernel are not counted.
"""

import re
import signal
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from .case import Case
from .children import Failure, tail
from .one_by_one import send
from .site import GENERATORS
from .tools import program, say

NEEDS = ("valgrind", "strip")
# Beyond first connections, growing tables and caches that fill.
WARM_UP = 300
# Valgrind is some 50 times slower than the machine.
PATIENCE = 180
_ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"}


@dataclass(frozen=True)
class Profile:
    """What was executed: in all, and by function; and how often memory was asked for."""

    total: float
    functions: Counter
    allocations: float

    def less(self, base: "Profile", requests: int) -> "Profile":
        """What one of the `requests` that this run had more than `base` cost."""
        names = self.functions.keys() | base.functions.keys()
        functions = Counter({name: (self.functions[name] - base.functions[name]) / requests for name in names})
        return Profile(
            (self.total - base.total) / requests, functions, (self.allocations - base.allocations) / requests
        )


def profile_of_request(site, case: Case, name: str, requests: int) -> Profile:
    """What a request costs the contestant `name`, which is Sluice with one of a case's configurations."""
    base = _profile(site, case, name, WARM_UP)
    return _profile(site, case, name, WARM_UP + requests).less(base, requests)


def _profile(site, case, name, requests):
    """What Sluice executes from its start to its end, with so many requests one after the other."""
    say(f"{case.name}, {name}: {requests} {case.unit}s under callgrind")
    with started_under_callgrind(site, case, name) as (contestant, output):
        if case.prepare:
            case.prepare(site, contestant)
        case.load.check(site, contestant)
        send(site, contestant, case.load, requests)
    return read_profile(output)


@contextmanager
def started_under_callgrind(site, case: Case, name: str):
    """A contestant under callgrind and the file of its profile; ended as an operator would, so that the file is written."""
    shim = _built_shim(site.folder)
    output = site.folder / f"callgrind-{name}.out"
    output.unlink(missing_ok=True)
    prefix = ["env", f"LD_PRELOAD={shim}", program("valgrind"), "--tool=callgrind", f"--callgrind-out-file={output}"]
    usual = site.tools
    site.tools = replace(usual, sluice=_without_debug_information(usual.sluice, site.folder))
    try:
        contestant = site.start(name, case.setup, case.upstream, case.wire, prefix, PATIENCE)
        yield contestant, output
        _end(contestant, output)
    finally:
        site.tools = usual


def _end(contestant, output):
    # The program alone, not its group: the profile is written when it ends by itself.
    contestant.process.send_signal(signal.SIGTERM)
    try:
        contestant.process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        raise Failure(f"sluice did not end within {PATIENCE} s of SIGTERM") from None
    if contestant.process.returncode or not output.exists():
        raise Failure(f"sluice ended with {contestant.process.returncode}\n{tail(contestant.process.log)}")


def _without_debug_information(binary: Path, folder: Path) -> Path:
    """A copy that has its symbols and nothing more: valgrind gives up on debug information newer than itself."""
    copy = folder / "sluice"
    subprocess.run([program("strip"), "--strip-debug", "-o", copy, binary], check=True)
    return copy


def _built_shim(folder):
    """A library without which older valgrinds cannot run a program whose main thread is libdispatch's."""
    compiler = next((found for name in ("clang", "cc") if (found := program(name))), None)
    if compiler is None:
        raise Failure("no C compiler is here; the Swift toolchain has clang")
    shim = folder / "writable_sigsuspend.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", shim, GENERATORS / "writable_sigsuspend.c"], check=True)
    return shim


_LINE = re.compile(r"^\s*([\d,]+)\s+\([^)]*\)\s+(.*)$")


def read_profile(output) -> Profile:
    """What `callgrind_annotate` makes of a profile, and the calls that ask for memory."""
    command = ["callgrind_annotate", "--threshold=100", "--auto=no", str(output)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    total, functions = 0, Counter()
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        count = int(match[1].replace(",", ""))
        if match[2].startswith("PROGRAM TOTALS"):
            total = count
        else:
            # FILE:FUNCTION [OBJECT]
            functions[re.sub(r" \[[^\]]*\]$", "", match[2]).partition(":")[2]] += count
    if not total:
        raise Failure(f"callgrind_annotate printed no totals for {output}")
    return Profile(total, functions, _allocations(output))


_FUNCTION = re.compile(r"^c?fn=\((\d+)\)(?: (.*))?$")


def _allocations(output):
    """Calls of the C library's allocators. A function's name stands beside its number only the first time."""
    names, called, count = {}, None, 0
    with open(output) as lines:
        for line in lines:
            if match := _FUNCTION.match(line):
                called = names.setdefault(match[1], match[2])
            elif line.startswith("calls=") and called in _ALLOCATORS:
                count += int(line[6:].split()[0])
    return count
