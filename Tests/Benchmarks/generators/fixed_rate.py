"""Sends requests at a fixed rate whatever the answers do (open loop), and prints the result as one line of JSON.

Each request has a time at which it is due; its latency counts from there, so that a wait for a free connection or for a
stalled server is not left out. One thread and one `select`, with the kernel's timer slack turned off.
Usage: fixed_rate.py PORT REQUEST-FILE RATE SECONDS CONNECTIONS
"""

import collections
import ctypes
import gc
import json
import select
import socket
import sys
import time

PR_SET_TIMERSLACK = 29


def answer_length(data):
    """The length of the whole answer at the beginning of `data`; None while its head is incomplete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    for line in data[:end].lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return end + 4 + int(line[15:])
    raise SystemExit(f"an answer without content-length: {data[:end]!r}")


def main(port, request, rate, seconds, connections):
    free = collections.deque()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        free.append(connection)
    # socket -> when the request was due, what has come of its answer
    busy = {}
    waiting = collections.deque()
    latencies, failed, scheduled, total = [], 0, 0, int(rate * seconds)
    begin = time.monotonic_ns()
    step = 1e9 / rate
    deadline = begin + int((seconds + 10) * 1e9)
    while len(latencies) + failed < total and time.monotonic_ns() < deadline:
        now = time.monotonic_ns()
        while scheduled < total and begin + scheduled * step <= now:
            waiting.append(begin + scheduled * step)
            scheduled += 1
        while waiting and free:
            connection = free.popleft()
            connection.sendall(request)
            busy[connection] = [waiting.popleft(), b""]
        timeout = (begin + scheduled * step - time.monotonic_ns()) / 1e9 if scheduled < total else 1
        for connection in select.select(list(busy), [], [], max(0, timeout))[0]:
            data = connection.recv(65536)
            state = busy[connection]
            state[1] += data
            length = answer_length(state[1])
            if data and (length is None or len(state[1]) < length):
                continue
            if state[1].startswith(b"HTTP/1.1 200 "):
                latencies.append(time.monotonic_ns() - state[0])
            else:
                failed += 1
            del busy[connection]
            if data:
                free.append(connection)
        if not free and not busy:
            break
    elapsed = (time.monotonic_ns() - begin) / 1e9
    latencies.sort()
    at = lambda share: latencies[min(len(latencies) - 1, int(len(latencies) * share))] / 1e6 if latencies else None
    result = {"units": len(latencies), "seconds": elapsed, "p50": at(0.5), "p99": at(0.99)}
    result["errors"] = {"failed": failed, "unanswered": total - len(latencies) - failed}
    print("RESULT", json.dumps(result))


ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
gc.freeze()
gc.disable()
arguments = sys.argv[1:]
with open(arguments[1], "rb") as file:
    wire = file.read()
main(int(arguments[0]), wire, float(arguments[2]), float(arguments[3]), int(arguments[4]))
