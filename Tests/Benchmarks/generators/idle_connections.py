"""Opens connections, asks once on each, says so, and keeps them open until its standard input ends.

They come from several loopback addresses, so that one address' ports suffice.
Usage: idle_connections.py PORT REQUEST-FILE CONNECTIONS
"""

import json
import socket
import sys

EACH = 2500


def opened(port, request, source):
    connection = socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(source, 0))
    connection.sendall(request)
    if not connection.recv(65536).startswith(b"HTTP/1.1 200 "):
        raise OSError("not answered 200")
    return connection


def main(port, request, count):
    connections, failed = [], 0
    for index in range(count):
        try:
            connections.append(opened(port, request, f"127.0.0.{2 + index // EACH}"))
        except OSError:
            failed += 1
    print("RESULT", json.dumps({"open": len(connections), "failed": failed}), flush=True)
    sys.stdin.read()


with open(sys.argv[2], "rb") as file:
    wire = file.read()
main(int(sys.argv[1]), wire, int(sys.argv[3]))
