"""The graphs that are compared, all with M 24, efConstruction 100 and ef 48, on one thread, by cosine."""

import subprocess
import time

import faiss
import hnswlib
import numpy

from .vectors import DIMENSIONS

LINKS, BUILD_WIDTH, SEARCH_WIDTH = 24, 100, 48


class Sluice:
    """The program that graph/main.swift is; it counts the processor's time itself."""

    name = "Sluice"

    def __init__(self, program, folder, stored, wanted):
        path = folder / "stored"
        stored.tofile(path)
        self._folder, self._wanted = folder, wanted
        self._process = subprocess.Popen(
            [program, path, str(DIMENSIONS), str(wanted)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.built, self.slowest_link = self._answer("BUILT")

    def search(self, vectors):
        """The neighbours' numbers, the seconds for all, and those of the slowest hundredth."""
        queries, found = self._folder / "queries", self._folder / "found"
        vectors.tofile(queries)
        print(queries, found, file=self._process.stdin, flush=True)
        seconds, slowest = self._answer("FOUND")
        return numpy.fromfile(found, numpy.int32).reshape(-1, self._wanted), seconds, slowest

    def close(self):
        self._process.stdin.close()
        self._process.wait()

    def _answer(self, word):
        line = self._process.stdout.readline().split()
        if not line or line[0] != word:
            raise RuntimeError(f"{self._process.args[0]} said {line}, expected {word}")
        return map(float, line[1:])


class Hnswlib:
    name = f"hnswlib {getattr(hnswlib, '__version__', '')}".strip()
    slowest_link = None

    def __init__(self, stored, wanted):
        self._wanted = wanted
        self._index = hnswlib.Index(space="cosine", dim=DIMENSIONS)
        self._index.init_index(max_elements=len(stored), M=LINKS, ef_construction=BUILD_WIDTH)
        start = time.process_time()
        self._index.add_items(stored, num_threads=1)
        self.built = time.process_time() - start
        self._index.set_ef(SEARCH_WIDTH)

    def search(self, vectors):
        start = time.process_time()
        found, _ = self._index.knn_query(vectors, k=self._wanted, num_threads=1)
        return found, time.process_time() - start, None

    def close(self):
        del self._index


class Faiss:
    name = f"faiss {faiss.__version__}"
    slowest_link = None

    def __init__(self, stored, wanted):
        faiss.omp_set_num_threads(1)
        self._wanted = wanted
        self._index = faiss.IndexHNSWFlat(DIMENSIONS, LINKS, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction = BUILD_WIDTH
        self._index.hnsw.efSearch = SEARCH_WIDTH
        start = time.process_time()
        self._index.add(stored)
        self.built = time.process_time() - start

    def search(self, vectors):
        start = time.process_time()
        _, found = self._index.search(vectors, self._wanted)
        return found, time.process_time() - start, None

    def close(self):
        del self._index
