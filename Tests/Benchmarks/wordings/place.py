"""Where questions are asked: a model that repeats the question, an encoder, Chroma, and the gateway before them."""

import http.client
import http.server
import json
import os
import re
import socket
import threading
from pathlib import Path

from comparison.children import Failure, await_condition
from comparison.tools import ROOT

from .pairs import Outcome

_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_PEERS = Path(os.environ.get("SLUICE_PEERS", ROOT / ".build-peers"))


class Place:
    def __init__(self, children, binary, folder):
        self.children, self.binary, self.folder = children, binary, Path(folder)
        self.cores = os.sched_getaffinity(0)
        self.model = _Model()
        self.encoder = self._start_encoder()
        self.chroma = self._start_chroma()

    def similarities(self, pairs):
        """The cosine of each pair's vectors."""
        return [_cosine(self._vector(pair.first), self._vector(pair.second)) for pair in pairs]

    def outcomes(self, pairs, threshold):
        """What the gateway does with each pair's second question after it has been told the first ones."""
        gateway, port = self._start_gateway(threshold)
        self.model.may_be_stored = True
        collection = self.collection
        firsts = list(dict.fromkeys(pair.first for pair in pairs))
        for question in firsts:
            _ask(port, question)
        stored = self.model.fetched
        await_condition(lambda: self._count(collection) == len(stored), gateway, "the collection")
        self.model.may_be_stored = False
        outcomes = [Outcome(pair, _ask(port, pair.second)) for pair in pairs]
        self.children.stop(gateway)
        return outcomes

    def _start_gateway(self, threshold):
        port, log = _free_port(), self.folder / f"sluice-{threshold}.log"
        self.collection = self._make_collection(f"questions-{round(threshold * 100)}")
        self.model.fetched = []
        file = self.folder / "sluice.yaml"
        file.write_text(f"""\
listeners:
  - {{ name: http, address: "127.0.0.1:{port}" }}
services:
  - {{ name: llm, type: static, domain: "127.0.0.1:{self.model.port}" }}
  - {{ name: encoder, type: static, domain: "127.0.0.1:{self.encoder}" }}
  - {{ name: chroma, type: static, domain: "127.0.0.1:{self.chroma}" }}
routes:
  - {{ name: chat, match: {{ path: {{ prefix: /v1/ }} }}, service: llm.static }}
filters:
  - filter: ai-cache
    config:
      embedding: {{ type: openai, serviceName: encoder.static, apiKey: none, timeout: 10s }}
      vector:
        type: chroma
        serviceName: chroma.static
        collectionID: {self.collection}
        threshold: {1 - threshold:.2f}
        thresholdRelation: lte
""")
        gateway = self.children.start([self.binary, "run", file], self.cores, log)
        await_condition(lambda: _accepts(port), gateway, "sluice")
        return gateway, port

    def _start_encoder(self):
        python = os.environ.get("SLUICE_PYTHON", _PEERS / "bin/python")
        log = self.folder / "encoder.log"
        process = self.children.start([python, ROOT / "Tests/GatewayTests/Python/sentence_encoder.py"], self.cores, log)
        found = []

        def says_port():
            found[:] = re.findall(r"listening on (\d+)", log.read_text())
            return found

        await_condition(says_port, process, "the encoder", patience=60)
        return int(found[0])

    def _start_chroma(self):
        program, port = os.environ.get("SLUICE_CHROMA", _PEERS / "bin/chroma"), _free_port()
        command = [program, "run", "--path", self.folder / "chroma", "--host", "127.0.0.1", "--port", port]
        process = self.children.start(command, self.cores, self.folder / "chroma.log")
        await_condition(lambda: _accepts(port), process, "Chroma", patience=60)
        return port

    def _make_collection(self, name):
        body = {"name": name, "configuration": {"hnsw": {"space": "cosine"}}}
        return _call(self.chroma, "POST", _COLLECTIONS, body)["id"]

    def _count(self, collection):
        return _call(self.chroma, "GET", f"{_COLLECTIONS}/{collection}/count")

    def _vector(self, text):
        return _call(self.encoder, "POST", "/v1/embeddings", {"input": text})["data"][0]["embedding"]


class _Model:
    """Answers with the question itself, so that a hit tells whose answer it is."""

    def __init__(self):
        self.may_be_stored, self.fetched = True, []
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                """Says nothing."""

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                question = body["messages"][-1]["content"]
                model.fetched.append(question)
                choice = {
                    "index": 0,
                    "message": {"role": "assistant", "content": question},
                    "finish_reason": "stop",
                }
                answer = json.dumps({"object": "chat.completion", "choices": [choice]}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(answer)))
                if not model.may_be_stored:
                    self.send_header("cache-control", "no-store")
                self.end_headers()
                self.wfile.write(answer)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()


def _ask(port, question):
    """The question whose answer came from the cache; None for a miss."""
    body = {"model": "m", "messages": [{"role": "user", "content": question}]}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"content-type": "application/json"})
    answer = connection.getresponse()
    text = json.loads(answer.read())["choices"][0]["message"]["content"]
    status = answer.headers["x-sluice-cache"]
    connection.close()
    if status not in ("miss", "semantic-hit"):
        raise Failure(f"the cache says {status} of {question}")
    return text if status == "semantic-hit" else None


def _call(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, json.dumps(body) if body else None, {"content-type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status not in (200, 201):
        raise Failure(f"{method} {path}: {answer.status} {text[:200]}")
    return json.loads(text)


def _cosine(left, right):
    """Of vectors of length 1."""
    return sum(one * other for one, other in zip(left, right))


def _accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
