"""Starts a program with listening sockets, as systemd does.

socket_activation.py NAMES PORT... -- PROGRAM ARGUMENT...
"""

import fcntl
import os
import socket
import sys

split = sys.argv.index("--")
names, ports, program = sys.argv[1], sys.argv[2:split], sys.argv[split + 1 :]
sockets = []
for port in ports:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", int(port)))
    listening.listen(128)
    # Out of the way of the numbers that they get.
    sockets.append(fcntl.fcntl(listening.fileno(), fcntl.F_DUPFD, 100))
print("listening", flush=True)
for index, descriptor in enumerate(sockets):
    os.dup2(descriptor, 3 + index, inheritable=True)
    os.close(descriptor)
os.environ.update(LISTEN_FDS=str(len(ports)), LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=names)
os.execv(program[0], program)
