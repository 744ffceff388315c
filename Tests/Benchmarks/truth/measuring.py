"""Traces through Sluice, several at a time, each with a gateway and a model of its own."""

import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from comparison.children import Children

from .gateway import Gateway, Setting
from .model import Model
from .runs import Run, mark
from .traces import Trace


@dataclass(frozen=True)
class Job:
    """A trace and how the cache is set; `setting` and `value` are what the run is called, as in `Run`."""

    binary: Path
    trace: Trace
    setting: str
    value: float
    guards: bool
    cache: Setting

    @property
    def key(self):
        return (self.trace.name, "sluice", self.cache.embedding, self.setting, self.value, self.guards)


def static(binary, trace, embedding, threshold, guards=True):
    """The same threshold for every question."""
    cache = Setting(embedding, f"threshold: {threshold:.2f}, thresholdRelation: gte", f"guards: {str(guards).lower()}")
    return Job(binary, trace, "static", threshold, guards, cache)


def verified(binary, trace, embedding, bound, method, seed=1):
    """Thresholds that are learnt, with a bound on wrong answers; `method` is how answers are compared."""
    vector, others = f"maxErrorRate: {bound}, verification: {{ seed: {seed} }}", f"compare: {{ method: {method} }}"
    cache = Setting(embedding, vector, others)
    return Job(binary, trace, "verified", bound, True, cache)


def measured(jobs, lanes):
    """The runs of the jobs, in the order in which they end."""
    with ProcessPoolExecutor(lanes) as pool:
        under_way = [pool.submit(_measure, job) for job in jobs]
        try:
            for done in as_completed(under_way):
                yield done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _measure(job):
    model = Model(job.trace)
    with tempfile.TemporaryDirectory(prefix="sluice-evaluation-") as folder, Children() as children:
        gateway = Gateway(children, job.binary, Path(folder), job.cache, model.port)
        marks = "".join(asked(gateway, model, request) for request in job.trace.requests)
    return Run(*job.key, marks=marks, calls=model.calls)


def asked(gateway, model, request):
    """What became of one request."""
    reply = gateway.ask(request.question)
    return mark(reply.status, reply.id == model.token(request.meaning))
