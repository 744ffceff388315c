"""Draws error rates against hit rates: `draw.py RESULTS PICTURE`. Run by the Python of the peers, which has matplotlib."""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from truth.runs import Results

TRACES = ("support", "assistant", "near misses")
BOUNDS = (0.01, 0.02, 0.05)
LINES = {
    ("sluice", "ngram", True): ("ngram, 0.80 to 0.99", "tab:blue", "-"),
    ("sluice", "ngram", False): ("ngram, no guards", "tab:blue", ":"),
    ("sluice", "local", True): ("local, 0.80 to 0.99", "tab:orange", "-"),
    ("sluice", "local", False): ("local, no guards", "tab:orange", ":"),
    ("GPTCache", "local", False): ("GPTCache, encoder of local", "tab:gray", "-"),
}
MARKERS = dict(zip(BOUNDS, "ov^"))


def main(results, picture):
    runs = Results(Path(results)).runs("static", "verified", "gptcache")
    figure, places = pyplot.subplots(1, len(TRACES), figsize=(15, 5.2), sharey=True, layout="constrained")
    for place, trace in zip(places, TRACES):
        draw(place, trace, [run for run in runs if run.trace == trace])
    places[0].set_ylabel("wrong answers, % of all lookups")
    handles, labels = places[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    figure.savefig(picture, dpi=90, metadata={"Software": None})


def draw(place, trace, runs):
    for bound in BOUNDS:
        place.axhline(100 * bound, color="tab:red", linewidth=0.8, alpha=0.5)
        where = {"xycoords": ("axes fraction", "data"), "fontsize": 8, "color": "tab:red"}
        place.annotate(f"{100 * bound:.0f} %", (1, 100 * bound), **where)
    for key, (title, colour, style) in LINES.items():
        static = [run for run in runs if run.setting == "static" and (run.by, run.embedding, run.guards) == key]
        static.sort(key=lambda run: run.value)
        place.plot(*points(static), style, color=colour, marker=".", markersize=4, label=title)
    for embedding, colour in (("ngram", "tab:blue"), ("local", "tab:orange")):
        for bound, marker in MARKERS.items():
            chosen = [r for r in runs if (r.setting, r.embedding, r.value) == ("verified", embedding, bound)]
            title = f"{embedding}: verified, {100 * bound:.0f} %"
            place.plot(*points(chosen), marker, color=colour, markersize=9, markeredgecolor="black", label=title)
    usual = [run for run in runs if run.setting == "default"]
    place.plot(*points(usual), "*", color="tab:gray", markersize=13, markeredgecolor="black", label="GPTCache as it comes")
    place.set_yscale("symlog", linthresh=1)
    place.set_ylim(bottom=-0.05)
    place.set_yticks([0, 0.5, 1, 2, 5, 10, 20, 50], ["0", "0.5", "1", "2", "5", "10", "20", "50"])
    place.set_title(trace)
    place.set_xlabel("hits, % of all lookups")
    place.grid(alpha=0.3)


def points(runs):
    return [100 * run.hits / run.lookups for run in runs], [100 * run.wrong / run.lookups for run in runs]


if __name__ == "__main__":
    main(*sys.argv[1:])
