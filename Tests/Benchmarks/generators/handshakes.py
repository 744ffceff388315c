"""Sends each request on a TLS connection of its own, in full handshakes, and prints the result as one line of JSON.

Usage: handshakes.py PORT REQUEST-FILE SECONDS CONNECTIONS
"""

import json
import socket
import ssl
import sys
import threading
import time


class Totals:
    def __init__(self):
        self.latencies = []
        self.failed = 0
        self.resumed = 0


def exchange(port, request, context, totals):
    begin = time.monotonic_ns()
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # No session is handed in, so none is resumed.
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=True) as connection:
            connection.sendall(request)
            answer = b""
            while data := connection.recv(65536):
                answer += data
            totals.resumed += connection.session_reused
    if answer.startswith(b"HTTP/1.1 200 "):
        totals.latencies.append(time.monotonic_ns() - begin)
    else:
        totals.failed += 1


def work(port, request, context, totals, deadline):
    while time.monotonic() < deadline:
        try:
            exchange(port, request, context, totals)
        except OSError:
            totals.failed += 1


def main(port, request, seconds, connections):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    begin = time.monotonic()
    totals = [Totals() for _ in range(connections)]
    threads = [
        threading.Thread(target=work, args=(port, request, context, one, begin + seconds)) for one in totals
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - begin
    latencies = sorted(latency for one in totals for latency in one.latencies)
    at = lambda share: latencies[min(len(latencies) - 1, int(len(latencies) * share))] / 1e6 if latencies else None
    result = {"units": len(latencies), "seconds": elapsed, "p50": at(0.5), "p99": at(0.99)}
    result["errors"] = {"failed": sum(one.failed for one in totals), "resumed": sum(one.resumed for one in totals)}
    print("RESULT", json.dumps(result))


with open(sys.argv[2], "rb") as file:
    wire = file.read()
main(int(sys.argv[1]), wire, float(sys.argv[3]), int(sys.argv[4]))
