"""Builds each graph from the same vectors, searches them in turns, and prints a table. Run by Tests/Benchmarks/neighbours."""

import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph.contestants import Faiss, Hnswlib, Sluice
from graph.vectors import Source, recall

WANTED = 10
HEAD = "| vectors, questions | | building one | a search | slowest 1 % | searches/s | nearest found | ten nearest found |"


def main(program, queries, rounds, *sizes):
    print(HEAD)
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for size in map(int, sizes):
        source = Source()
        stored = source.around_topics(size)
        questions = source.questions(stored, int(queries), WANTED)
        with tempfile.TemporaryDirectory(prefix="sluice-graph-") as folder:
            graphs = [Sluice(program, Path(folder), stored, WANTED), Hnswlib(stored, WANTED), Faiss(stored, WANTED)]
            for asked in questions:
                for line in rows(graphs, size, asked, int(rounds)):
                    print(line, flush=True)
            for graph in graphs:
                graph.close()


def rows(graphs, size, asked, rounds):
    results = {graph: [] for graph in graphs}
    for number in range(rounds):
        shift = number % len(graphs)
        for graph in graphs[shift:] + graphs[:shift]:
            results[graph].append(graph.search(asked.vectors))
    for graph, found in results.items():
        numbers = found[-1][0]
        search = median(seconds for _, seconds, _ in found) / len(asked.vectors)
        slowest = [slowest for _, _, slowest in found if slowest is not None]
        cells = [
            f"{size:,}, {asked.title}",
            graph.name,
            f"{graph.built / size * 1e6:.0f} µs",
            f"{search * 1e6:.0f} µs",
            f"{median(slowest) * 1e6:.0f} µs" if slowest else "-",
            f"{1 / search:,.0f}",
            f"{recall(numbers[:, :1], asked.nearest[:, :1]):.2%}",
            f"{recall(numbers, asked.nearest):.2%}",
        ]
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main(*sys.argv[1:])
