"""Running a generator as a process on the cores of the load."""

import json
import os

from ..children import Failure, tail


def request_file(site, contestant, request):
    """A file with the request as bytes, which generators send as it stands."""
    path = site.folder / f"request-{contestant.port}.bin"
    path.write_bytes(request.wire(contestant.port))
    return path


def printed(site, command, timeout):
    """What a generator printed until it ended."""
    environment = {**os.environ, **site.encryption.environment()}
    return site.children.output(command, site.cores.load, site.log("generator"), timeout, env=environment)


def result(site, command, timeout):
    """What a generator printed behind the word RESULT."""
    return read_result(printed(site, command, timeout), command, site.log("generator"))


def read_result(text, command, log):
    for line in text.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line.removeprefix("RESULT "))
    raise Failure(f"{command[0]} printed no result\n{tail(log)}")


def measured(contestant, measure):
    """The result of `measure()` with CPU microseconds per unit, rate and memory of the contestant added."""
    before = contestant.cpu_seconds()
    found = measure()
    after = contestant.cpu_seconds()
    found["rate"] = found["units"] / found["seconds"]
    if after is not None and found["units"]:
        found["cpu"] = (after - before) * 1e6 / found["units"]
    resident = contestant.resident_bytes()
    if resident is not None:
        found["rss"] = resident / 2**20
    return found
