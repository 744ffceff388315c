"""Clients that keep a gateway busy and count what they lose."""

import http.client
import re
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter


class Program:
    """A load generator with its output."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def output(self):
        return self.process.communicate()[0]


class Wrk(Program):
    """HTTP/1 on connections that are kept."""

    def __init__(self, url, seconds, connections=32):
        super().__init__(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10s", url])

    def result(self):
        """Requests, and how many of them were lost."""
        output = self.output()
        sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
        lost = (sum(map(int, sockets.groups())) if sockets else 0) + (int(bad[1]) if bad else 0)
        return number(output, r"([0-9]+) requests in"), lost


class H2load(Program):
    """HTTP/2, several streams on each connection."""

    def __init__(self, url, seconds, connections=8, streams=10, *options):
        super().__init__(["h2load", "-t1", f"-c{connections}", f"-m{streams}", f"-D{seconds}", *options, url])

    def result(self):
        output = self.output()
        lost = sum(number(output, rf"([0-9]+) {word}") for word in ["failed", "errored", "timeout", "4xx", "5xx"])
        return number(output, r"([0-9]+) succeeded"), lost


def number(output, pattern):
    match = re.search(pattern, output)
    if not match:
        raise SystemExit(f"no result in:\n{output}")
    return int(match[1])


class Clients:
    """Threads that do the same until they are told to end; what they count is added up."""

    def __init__(self, count):
        self.counts = Counter()
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self):
        while not self.ended.is_set():
            self.once()

    def once(self):
        raise NotImplementedError

    def note(self, word, times=1):
        with self.lock:
            self.counts[word] += times

    def end(self):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        return self.counts


class EventStreams(Clients):
    """Event streams, each read to its end; `events` are expected of each."""

    def __init__(self, host, port, path, events, count):
        self.host, self.port, self.path, self.events = host, port, path, events
        super().__init__(count)

    def once(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request("GET", self.path)
            answer = connection.getresponse()
            events = answer.read().count(b"\n\n")
            self.note("complete" if events == self.events else "broken")
            if events != self.events:
                self.note(f"status {answer.status} with {events} events")
        except (OSError, http.client.HTTPException) as error:
            self.note("broken")
            self.note(repr(error))
        finally:
            connection.close()


class NewConnections(Clients):
    """A connection for every request, over TLS if there is a context."""

    def __init__(self, host, port, count, context=None, path="/"):
        self.host, self.port, self.context, self.path = host, port, context, path
        super().__init__(count)

    def once(self):
        try:
            with socket.create_connection((self.host, self.port), timeout=10) as plain:
                if self.context is None:
                    self.exchange(plain)
                    return
                with self.context.wrap_socket(plain, server_hostname="localhost") as secured:
                    self.note(f"certificate {hash(secured.getpeercert(True)) & 0xFFFF:04x}")
                    self.exchange(secured)
        except OSError as error:
            self.note("lost")
            self.note(repr(error))

    def exchange(self, connection):
        connection.sendall(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
        body = answer.partition(b"\r\n\r\n")[2].decode(errors="replace")
        if answer.startswith(b"HTTP/1.1 200 "):
            self.note("answered")
            self.note(f"by {body[:20]}")
        else:
            self.note("lost")
            self.note(repr(answer[:60]))


class KeptConnections(Clients):
    """A connection that is kept for as long as the gateway keeps it."""

    def __init__(self, host, port, count, path="/"):
        self.host, self.port, self.path = host, port, path
        super().__init__(count)

    def once(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.connect()
        except OSError:
            self.note("refused")
            self.ended.wait(0.05)
            return
        try:
            while not self.ended.is_set():
                connection.request("GET", self.path)
                answer = connection.getresponse()
                answer.read()
                self.note("answered" if answer.status == 200 else f"status {answer.status}")
                if answer.will_close:
                    self.note("told to close")
                    return
        except (OSError, http.client.HTTPException) as error:
            self.note("lost")
            self.note(repr(error))
        finally:
            connection.close()


def without_verification():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def wait_until(seconds, condition):
    """Whether a condition came to hold in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
