"""A gateway with a semantic cache before the model, and the questions that go through it."""

import http.client
import json
import os
import subprocess
import urllib.request
from dataclasses import dataclass

from comparison.children import Failure, await_condition
from encoding.place import _model
from wordings.place import _accepts, _free_port

_EMBEDDINGS = {"ngram": "type: ngram", "local": "type: local, path: {path}, queue: 1000, timeout: 60s"}


@dataclass(frozen=True)
class Setting:
    """How the cache is set. `vector` and `others` are YAML: members of `vector`, and members beside it."""

    embedding: str
    vector: str
    others: str = ""

    def configuration(self, port, admin, model):
        embedding = _EMBEDDINGS[self.embedding]
        path = _model() if "{path}" in embedding else ""
        others = f", {self.others}" if self.others else ""
        return f"""\
admin: {{ address: "127.0.0.1:{admin}" }}
listeners: [{{ name: http, address: "127.0.0.1:{port}" }}]
services: [{{ name: llm, type: static, domain: "127.0.0.1:{model}" }}]
routes: [{{ name: chat, match: {{ path: {{ prefix: /v1/ }} }}, service: llm.static }}]
filters:
  - filter: ai-cache
    config: {{
      cache: {{ type: memory }},
      embedding: {{ {embedding.format(path=path)} }},
      vector: {{ type: memory, {self.vector} }}{others}
    }}
"""


@dataclass(frozen=True)
class Reply:
    """What came back: what the cache says it did, the id of the answer, and how near the question was on a semantic hit."""

    status: str
    id: str
    similarity: float | None


class Gateway:
    """One worker, so that an answer is stored before the next question comes."""

    def __init__(self, children, binary, folder, setting, model):
        self._children, self.port, self.admin = children, _free_port(), _free_port()
        file = folder / f"{self.port}.yaml"
        file.write_text(setting.configuration(self.port, self.admin, model))
        checked = subprocess.run([binary, "check", file], capture_output=True, text=True)
        if checked.returncode:
            said = (checked.stdout + checked.stderr).strip().replace(f"{file}:", "")
            raise Failure(f"{binary} does not take {setting}:\n    {said}")
        command = [binary, "run", file, "--workers", "1", "--log-level", "error"]
        with open(os.devnull, "wb") as nowhere:
            log = folder / f"{self.port}.log"
            self.process = children.start(command, os.sched_getaffinity(0), log, stdout=nowhere)
        await_condition(lambda: _accepts(self.port) and _accepts(self.admin), self.process, "sluice", patience=60)
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, question, model="scripted"):
        """One question, answered; questions to different models know nothing of each other."""
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": question}]})
        self._connection.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Failure(f"the gateway answers {answer.status}: {text[:200]}")
        similarity = answer.headers["x-sluice-cache-similarity"]
        return Reply(answer.headers["x-sluice-cache"], json.loads(text)["id"], similarity and float(similarity))

    def observed(self):
        """How many lookups were observed in `mode: shadow`, with what came of them."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/ai-cache/stats", timeout=60) as answer:
            return json.load(answer)["shadow"]["observations"]

    def stop(self):
        self._connection.close()
        self._children.stop(self.process)
