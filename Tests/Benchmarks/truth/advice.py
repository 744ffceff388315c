"""What `sluice ai-cache report` recommends after the first half of a trace, and what comes of it afterwards."""

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from comparison.children import Children, Failure, await_condition

from .gateway import Gateway, Setting
from .model import Model

# What is recommended for, as shares of all lookups.
RATES = (0.01, 0.02, 0.05)


@dataclass(frozen=True)
class Advice:
    """`threshold` is None when nothing was recommended, and `reason` says why."""

    trace: str
    embedding: str
    rate: float
    threshold: float | None
    reason: str
    lookups: int


def advice(binary, trace, embedding, method):
    """Asks all questions of a trace in `mode: shadow`, and what is recommended then for each rate.

    `method` is how answers are compared: `compare.method`.
    """
    cache = Setting(embedding, "threshold: 0.85, thresholdRelation: gte", f"mode: shadow, compare: {{ method: {method} }}")
    model = Model(trace)
    with tempfile.TemporaryDirectory(prefix="sluice-evaluation-") as folder, Children() as children:
        gateway = Gateway(children, binary, Path(folder), cache, model.port)
        for asked, request in enumerate(trace.requests, start=1):
            gateway.ask(request.question)
            # Lookups and comparisons run beside the answers, and a person takes longer to ask the next question.
            await_condition(lambda: gateway.observed() == asked, gateway.process, "what was looked up", patience=60)
        if model.calls != len(trace.requests):
            raise Failure(f"in mode: shadow {model.calls} of {len(trace.requests)} questions reached the model")
        seen = []

        def has_compared_all():
            seen[:] = [_report(binary, gateway.admin, rate) for rate in RATES]
            return seen[0]["lookups"] == model.calls

        await_condition(has_compared_all, gateway.process, "the report of all lookups", patience=60)
    return [_read(trace, embedding, rate, report) for rate, report in zip(RATES, seen)]


def _read(trace, embedding, rate, report):
    told = report["recommendation"]
    return asdict(Advice(trace.name, embedding, rate, told.get("threshold"), told.get("reason", ""), report["lookups"]))


def _report(binary, admin, rate):
    command = [binary, "ai-cache", "report", "--admin", f"http://127.0.0.1:{admin}", "--format", "json"]
    done = subprocess.run([str(word) for word in [*command, "--max-error-rate", rate]], capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{binary} ai-cache report: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout)
