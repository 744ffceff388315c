"""GPTCache on the same questions: `gptcache_runs.py JOBS VECTORS FOLDER`. Run by the Python of the peers, which has it.

Set as its documentation begins: SQLite, Faiss, `SearchDistanceEvaluation`; nothing is evicted. Prints a JSON object a line.
FOLDER must outlive the process, which writes into it at its end.
"""

import json
import sys
from pathlib import Path

import numpy
from gptcache import Cache, Config
from gptcache.adapter.api import get, put
from gptcache.manager import CacheBase, VectorBase, get_data_manager
from gptcache.processor.post import temperature_softmax
from gptcache.processor.pre import get_prompt
from gptcache.similarity_evaluation import SearchDistanceEvaluation


class Contestant:
    def __init__(self, folder, vectors, threshold):
        self._vectors = vectors
        self.data = get_data_manager(
            CacheBase("sqlite", sql_url=f"sqlite:///{folder}/gptcache.db"),
            VectorBase("faiss", dimension=384, index_path=f"{folder}/faiss.index"),
            max_size=1_000_000,
        )
        self.cache = Cache()
        self.cache.init(
            pre_embedding_func=get_prompt,
            embedding_func=lambda text, **_: vectors[text],
            data_manager=self.data,
            similarity_evaluation=SearchDistanceEvaluation(),
            post_process_messages_func=temperature_softmax,
            # What it would write to disk for a report and beside, which no hit depends on.
            config=Config(similarity_threshold=threshold, disable_report=True, auto_flush=1_000_000),
        )

    def found(self, question, **options):
        return get(question, cache_obj=self.cache, **options)

    def stored(self, question, answer):
        put(question, answer, cache_obj=self.cache)


def trace(job, vectors, folder):
    """A letter for each request, as in runs.py. An exact hit is one on a question that was asked before, word for word."""
    contestant, marks, calls, asked = Contestant(folder, vectors, job["threshold"]), [], 0, set()
    for question, meaning in job["requests"]:
        answer = contestant.found(question)
        if answer is None:
            calls += 1
            contestant.stored(question, meaning)
            marks.append("m")
        else:
            letter = "e" if question in asked else "s"
            marks.append(letter if answer == meaning else letter.upper())
        asked.add(question)
    return {"marks": "".join(marks), "calls": calls}


def pairs(job, vectors, folder):
    """The greatest `similarity_threshold` at which the second question gets the first one's answer."""
    contestant, found = Contestant(folder, vectors, 0), []
    for first, second in job["pairs"]:
        contestant.stored(first, "an answer")
        scores = []
        contestant.found(second, hit_callback=lambda hits: scores.extend(score for _, score in hits))
        found.append(scores[0])
        stored = contestant.data.search(vectors[first])
        contestant.data.v.delete([number for _, number in stored])
    return {"scores": found}


def main(jobs, vectors, folder):
    given = json.loads(Path(jobs).read_text(encoding="utf-8"))
    known = dict(zip(given["texts"], numpy.load(vectors)))
    for number, job in enumerate(given["jobs"]):
        place = Path(folder) / str(number)
        place.mkdir()
        done = (pairs if "pairs" in job else trace)(job, known, place)
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
