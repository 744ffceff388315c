"""Opens connections, asks once on each, says so, and keeps them open until its standard input ends.

Usage: idle_connections.py PORT REQUEST-FILE CONNECTIONS
"""

import json
import socket
import sys


def main(port, request, count):
    connections, failed = [], 0
    for _ in range(count):
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(request)
            if connection.recv(65536).startswith(b"HTTP/1.1 200 "):
                connections.append(connection)
            else:
                failed += 1
        except OSError:
            failed += 1
    print("RESULT", json.dumps({"open": len(connections), "failed": failed}), flush=True)
    sys.stdin.read()


with open(sys.argv[2], "rb") as file:
    wire = file.read()
main(int(sys.argv[1]), wire, int(sys.argv[3]))
