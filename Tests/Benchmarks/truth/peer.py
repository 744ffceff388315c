"""GPTCache beside Sluice: its jobs, and the vectors that both use."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from comparison.children import Failure
from comparison.tools import peers_python, say
from encoding.place import _PYTHON

from .runs import Run

_FOLDER = Path(__file__).resolve().parent
_PACKAGES = {
    "gptcache": "gptcache==0.1.44", "faiss": "faiss-cpu>=1.8,<2", "sqlalchemy": "SQLAlchemy>=2,<3", "numpy": "numpy",
}
# Texts of a dozen tokens and some thousand vectors are too little to share among threads.
_ONE_THREAD = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Below this cosine no answer came from GPTCache as it is by default: `similarity_threshold` 0.8.
DEFAULT = 0.6


def threshold_for(cosine):
    """The `similarity_threshold` that this cosine is: of vectors of length 1 the distance is 2 - 2 cos, of 4 at most."""
    return (1 + cosine) / 2


def runs(traces, thresholds, vectors):
    """A run of each trace at each threshold, a cosine, and at the default."""
    settings = [("default", DEFAULT), *(("static", threshold) for threshold in thresholds)]
    wanted = [(trace, *setting) for trace in traces for setting in settings]
    jobs = [
        {
            "threshold": threshold_for(value),
            "requests": [(request.question, request.meaning) for request in trace.requests],
        }
        for trace, _, value in wanted
    ]
    for (trace, setting, value), done in zip(wanted, _answers(jobs, vectors)):
        yield Run(trace.name, "GPTCache", "local", setting, value, False, done["marks"], done["calls"])


def scores(pairs, vectors):
    """The greatest cosine at which the second question of each pair gets the first one's answer."""
    (done,) = _answers([{"pairs": [(pair.first, pair.second) for pair in pairs]}], vectors)
    return [2 * score - 1 for score in done["scores"]]


def _answers(jobs, vectors):
    python = peers_python(_PACKAGES).absolute()
    # Its database waits for the disk after every answer that it stores.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="sluice-gptcache-", dir=memory) as folder:
        given = Path(folder) / "jobs.json"
        given.write_text(json.dumps({"texts": vectors.texts, "jobs": jobs}), encoding="utf-8")
        command = [python, "-W", "ignore", _FOLDER / "gptcache_runs.py", given, vectors.path, folder]
        process = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, text=True, cwd=folder, env=_ONE_THREAD
        )
        try:
            for _ in jobs:
                line = process.stdout.readline()
                if not line:
                    raise Failure("GPTCache ended before its runs did")
                yield json.loads(line)
        finally:
            process.terminate()
            process.wait()


class Vectors:
    """The vectors of texts, made once and kept in a file beside the results."""

    def __init__(self, texts, folder):
        self.texts = sorted(set(texts))
        self.path, listed = folder / "vectors.npy", folder / "vectors.json"
        if self.path.exists() and listed.exists() and json.loads(listed.read_text(encoding="utf-8")) == self.texts:
            return
        say(f"making vectors of {len(self.texts)} questions")
        folder.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        listed.write_text(json.dumps(self.texts), encoding="utf-8")
        done = subprocess.run([_PYTHON, str(_FOLDER / "encode.py"), str(listed), str(self.path)], env=_ONE_THREAD)
        if done.returncode:
            raise Failure(f"{_PYTHON} could not make vectors; Tests/run installs what it needs")
