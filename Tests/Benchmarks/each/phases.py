"""Instructions and allocations of one run under callgrind, phase by phase."""

import subprocess
from pathlib import Path

from comparison.callgrind import read_profile
from comparison.children import Failure
from comparison.tools import program

NEEDS = ("valgrind", "callgrind_control", "strip")
# Until a program that runs some 50 times slower has heard of a wish.
_PATIENCE = 60


class Phases:
    """What a program does between two moments, by callgrind's dumps."""

    def __init__(self, process, output: Path):
        self._process = process
        self._output = output
        self._dumps = 0

    def begin(self):
        """Forgets what was counted so far."""
        self._control("--zero")

    def end(self):
        """What was counted since the phase began."""
        self._control("--dump")
        self._dumps += 1
        dump = Path(f"{self._output}.{self._dumps}")
        if not dump.exists():
            raise Failure(f"callgrind_control wrote no {dump}")
        return read_profile(dump)

    def _control(self, wish):
        command = [program("callgrind_control"), wish, str(self._process.pid)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure(f"callgrind_control {wish} had no answer within {_PATIENCE} s") from None
        if done.returncode or "OK" not in done.stdout:
            raise Failure(f"callgrind_control {wish}: {done.stdout}{done.stderr}")
