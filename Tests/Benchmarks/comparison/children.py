"""Child processes on chosen cores, all of which end with this one."""

import ctypes
import os
import signal
import subprocess
import time

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Failure(Exception):
    """What stops the run, in one sentence for the reader."""


class Children:
    """Everything that was started; leaving the `with` block ends it, whatever the reason."""

    def __init__(self):
        self._running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(list(self._running)):
            self.stop(process)

    def start(self, arguments, cores, log, **streams):
        """Starts a program on `cores`; what it prints goes to the file `log` unless `streams` says otherwise."""

        def prepare():
            os.sched_setaffinity(0, cores)
            # The program ends even when this process is killed outright.
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

        with open(log, "ab") as output:
            process = subprocess.Popen(
                [str(argument) for argument in arguments],
                start_new_session=True,
                preexec_fn=prepare,
                **{"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, **streams},
            )
        process.log = log
        self._running.append(process)
        return process

    def stop(self, process, patience=5):
        """Ends a program, gently first."""
        if process in self._running:
            self._running.remove(process)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is not None:
                break
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                break
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()

    def output(self, arguments, cores, log, timeout, **streams):
        """What a program printed until it ended; a failure when it takes longer than `timeout` seconds."""
        process = self.start(arguments, cores, log, stdout=subprocess.PIPE, **streams)
        try:
            text, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"{arguments[0]} did not end within {timeout:.0f} s\n{tail(log)}") from None
        finally:
            self.stop(process)
        if process.returncode:
            raise Failure(f"{' '.join(map(str, arguments))} ended with {process.returncode}\n{tail(log)}")
        return text.decode()


def tail(log, lines=15):
    """The end of a log, indented, for a message."""
    with open(log, errors="replace") as file:
        return "".join(f"    {line}" for line in file.readlines()[-lines:])


def await_condition(condition, process, what, patience=20):
    """Waits until `condition()` holds; a failure when the process ends before, or after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        if process.poll() is not None:
            raise Failure(f"{what} ended with {process.returncode}\n{tail(process.log)}")
        if time.monotonic() > deadline:
            raise Failure(f"{what} was not ready within {patience} s\n{tail(process.log)}")
        time.sleep(0.002)
