"""What was measured, as Markdown."""

from collections import Counter

from .rates import interval
from .traces import share_repeated

BOUNDS = (0.01, 0.02, 0.05)
DRAWS = (1, 2, 3)
# At which thresholds the table of pairs counts.
_SHOWN = (0.80, 0.85, 0.90, 0.95)


def questions(pairs, traces):
    """What was asked: pairs by label, and the traces."""
    labels = Counter(pair.same for pair in pairs)
    lines = [
        f"{len(pairs):,} pairs: {labels[True]:,} that mean the same, {labels[False]:,} that do not.",
        "",
        *_head("trace", ":requests", ":meanings", ":asked before, word for word"),
    ]
    for trace in traces.values():
        meanings = len({request.meaning for request in trace.requests})
        cells = f"{trace.name}: {trace.title}", f"{len(trace.requests):,}", f"{meanings:,}", percent(share_repeated(trace))
        lines.append(_row(*cells))
    return lines


def kinds(pairs, scored):
    """By kind of pair: what guards refuse, and what is taken at some thresholds; guards are on for Sluice."""
    refused = scored["refused"]
    systems = [(f"`{name}` {least:.2f}", name, least) for name in ("ngram", "local") for least in _SHOWN]
    systems += [("GPTCache 0.60", "gptcache", 0.60), ("GPTCache 0.85", "gptcache", 0.85)]
    systems = [one for one in systems if one[1] in scored]
    lines = _head("pairs", "mean", ":how many", ":refused by guards", *(f":{title}" for title, *_ in systems))
    for kind, same in dict.fromkeys((pair.kind, pair.same) for pair in pairs):
        chosen = [place for place, pair in enumerate(pairs) if (pair.kind, pair.same) == (kind, same)]
        cells = [_share(sum(refused[place] for place in chosen), len(chosen))]
        cells += [_share(sum(_takes(scored, *one, place) for place in chosen), len(chosen)) for _, *one in systems]
        lines.append(_row(kind, "the same" if same else "something else", len(chosen), *cells))
    return lines


def confusion(pairs, scored):
    """What guards do to pairs that are near enough: those of them that are refused and let through, by label."""
    titles = ":how many", ":refused", ":let through", ":right of those let through"
    lines = _head("pairs taken without guards", "mean", *titles)
    refused = scored["refused"]
    for title, name, least in [("all", None, 0.0), *((f"`{n}` {t:.2f}", n, t) for n in ("ngram", "local") for t in _SHOWN)]:
        if name and name not in scored:
            continue
        near = [place for place in range(len(pairs)) if name is None or _is_near(scored[name][place], least)]
        passed = [place for place in near if not refused[place]]
        right = sum(pairs[place].same for place in passed)
        for same in (True, False):
            chosen = [place for place in near if pairs[place].same == same]
            stopped = sum(refused[place] for place in chosen)
            cells = len(chosen), stopped, len(chosen) - stopped, _share(right, len(passed)) if same else ""
            lines.append(_row(title if same else "", "the same" if same else "something else", *cells))
    return lines


def thresholds(trace, runs):
    """Hit rate and error rate of each static threshold, one column a cache."""
    columns = {
        "`ngram`": ("sluice", "ngram", True), "`ngram`, no guards": ("sluice", "ngram", False),
        "`local`": ("sluice", "local", True), "`local`, no guards": ("sluice", "local", False),
        "GPTCache": ("GPTCache", "local", False),
    }
    found = {title: {run.value: run for run in _static(runs, trace, *key)} for title, key in columns.items()}
    found = {title: column for title, column in found.items() if column}
    lines = _head(":threshold", *(f":{title}" for title in found))
    for value in sorted({value for column in found.values() for value in column}):
        cells = [_rates(column[value]) if value in column else "" for column in found.values()]
        lines.append(_row(f"{value:.2f}", *cells))
    return lines


def bounds(traces, runs):
    """Verified hits at each bound, beside the best static threshold and GPTCache within the same bound."""
    lines = _head(
        "trace", "encoder", ":bound", ":verified: hits", ":of them exact", ":wrong of all lookups", ":95 %", "kept",
        ":wrong of hits", ":calls", ":best static: hits", ":GPTCache: hits",
    )
    for trace in traces.values():
        for embedding in ("ngram", "local"):
            static = _static(runs, trace.name, "sluice", embedding, True)
            peers = _static(runs, trace.name, "GPTCache", embedding, False)
            for bound in BOUNDS:
                run = _only(runs, trace.name, "sluice", embedding, "verified", bound)
                cells = _verified(run, trace, bound) if run else ["-"] * 7
                cells += [_best(static, bound), _best(peers, bound) if embedding == "local" else ""]
                lines.append(_row(trace.name, f"`{embedding}`", f"{bound:.0%}".replace("%", " %"), *cells))
    for trace in traces.values():
        usual = _only(runs, trace.name, "GPTCache", "local", "default", None)
        if usual:
            lines.append(_row(trace.name, "GPTCache as it comes", "", *_verified(usual, trace, None), "", ""))
    return lines


def drawn(name, draw):
    """What a trace of another draw is called."""
    return f"{name}, draw {draw}"


def draws(traces, runs):
    """Verified hits on other draws of the traces: the least and the most of them."""
    lines = _head("trace", "encoder", ":bound", ":draws", ":verified: hits", ":wrong of all lookups", ":kept")
    for name in traces:
        for embedding in ("ngram", "local"):
            for bound in BOUNDS:
                found = [_only(runs, drawn(name, draw), "sluice", embedding, "verified", bound) for draw in DRAWS]
                found = [run for run in found if run]
                if not found:
                    continue
                wrong = [run.wrong / run.lookups for run in found]
                kept = sum(rate <= bound for rate in wrong)
                cells = [len(found), _range([run.hits / run.lookups for run in found], 1), _range(wrong, 2), kept]
                lines.append(_row(name, f"`{embedding}`", f"{bound:.0%}".replace("%", " %"), *map(str, cells)))
    return lines


def _range(shares, digits):
    return f"{percent(min(shares), digits).removesuffix(' %')} to {percent(max(shares), digits)}"


def advised(found, runs):
    """What `sluice ai-cache report` recommended, and what came of it."""
    lines = _head(
        "watched", "encoder", ":wanted", ":recommended", "used on", ":hits", ":wrong of all lookups", "kept",
        ":least threshold within it, on the whole trace",
    )
    for one in found:
        wanted = f"{one['rate']:.0%}".replace("%", " %")
        start = f"{one['trace']}", f"`{one['embedding']}`", wanted
        if one["threshold"] is None:
            lines.append(_row(*start, "none", one["reason"], "", "", "", ""))
        for used in one["used"] if one["threshold"] is not None else []:
            key = (used, "sluice", one["embedding"], "static", one["threshold"], True)
            run = next((run for run in runs if run.key == key), None)
            if not run:
                lines.append(_row(*start, f"{one['threshold']:.2f}", used, "-", "-", "-", "-"))
                continue
            whole = _static(runs, used.split(",")[0], "sluice", one["embedding"], True)
            least = min((each.value for each in whole if each.wrong / each.lookups <= one["rate"]), default=None)
            kept = "yes" if run.wrong / run.lookups <= one["rate"] else "no"
            shown = f"{least:.2f}" if least is not None else "none"
            share = percent(run.wrong / run.lookups)
            lines.append(_row(*start, f"{one['threshold']:.2f}", used, percent(run.hits / run.lookups), share, kept, shown))
    return lines


def percent(share, digits=1):
    return f"{100 * share:.{digits}f} %"


def _verified(run, trace, bound):
    low, high = interval("ES", run.marks, [request.meaning for request in trace.requests])
    rate = run.wrong / run.lookups
    return [
        percent(run.hits / run.lookups), percent(run.exact / run.lookups), percent(rate, 2),
        f"{100 * low:.2f} to {100 * high:.2f}", "" if bound is None else "yes" if rate <= bound else "no",
        _share(run.wrong, run.hits), f"{run.calls:,}",
    ]


def _best(runs, bound):
    """The run with most hits among those whose error rate is within the bound; known only in hindsight."""
    within = [run for run in runs if run.wrong / run.lookups <= bound]
    if not within:
        return "none" if runs else "-"
    best = max(within, key=lambda run: (run.hits, run.value))
    return f"{percent(best.hits / best.lookups)} ({best.value:.2f})"


def _rates(run):
    return f"{percent(run.hits / run.lookups)}, {percent(run.wrong / run.lookups)}"


def _static(runs, trace, by, embedding, guards):
    key = (trace, by, embedding, "static", guards)
    return [run for run in runs if (run.trace, run.by, run.embedding, run.setting, run.guards) == key]


def _only(runs, trace, by, embedding, setting, value):
    key = (trace, by, embedding, setting)
    return next(
        (r for r in runs if (r.trace, r.by, r.embedding, r.setting) == key and value in (None, r.value)), None
    )


def _is_near(score, least):
    return score is not None and score >= least


def _takes(scored, name, least, place):
    return _is_near(scored[name][place], least) and (name == "gptcache" or not scored["refused"][place])


def _share(count, total):
    return f"{count} ({100 * count / total:.0f} %)" if total else "-"


def _head(*titles):
    """The two lines above a table; a title that begins with a colon is that of a column of numbers."""
    ruled = ("---:" if title.startswith(":") else "---" for title in titles)
    return [_row(*(title.removeprefix(":") for title in titles)), _row(*ruled)]


def _row(*cells):
    return f"| {' | '.join(map(str, cells))} |"
