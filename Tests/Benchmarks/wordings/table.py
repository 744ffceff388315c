"""The tables, and their place in the documentation."""

from comparison.children import Failure

_BEGIN = "<!-- meaning: begin -->"
_END = "<!-- meaning: end -->"


def text(pairs, similarities, results):
    """A table of thresholds, one of kinds, and one of the pairs of the guide."""
    lines = [
        "| similarity at least | hits | right | precision | precision without traps | hit rate | hits of pairs that differ |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *(summary_row(threshold, pairs, outcomes) for threshold, outcomes in results.items()),
        "",
        f"| pairs | how many | similarity | {' | '.join(f'hits at {threshold:.2f}' for threshold in results)} |",
        f"|---|---:|---:|{'---:|' * len(results)}",
    ]
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        chosen = [index for index, pair in enumerate(pairs) if pair.kind == kind]
        values = [similarities[index] for index in chosen]
        hits = [str(sum(outcomes[index].is_hit for index in chosen)) for outcomes in results.values()]
        lines.append(f"| {kind} | {len(chosen)} | {min(values):.2f} to {max(values):.2f} | {' | '.join(hits)} |")
    lines += ["", "| the guide's pairs | one answer | similarity | highest threshold that hits |", "|---|---|---:|---:|"]
    for index, pair in enumerate(pairs):
        if pair.kind.startswith("guide"):
            hits = [f"{threshold:.2f}" for threshold, outcomes in results.items() if outcomes[index].is_hit]
            answer = "yes" if pair.same else "no"
            lines.append(f"| {pair.second} | {answer} | {similarities[index]:.2f} | {hits[-1] if hits else 'none'} |")
    return "\n".join(lines)


def summary_row(threshold, pairs, outcomes):
    hits = [outcome for outcome in outcomes if outcome.is_hit]
    right = sum(outcome.is_right for outcome in hits)
    same = sum(pair.same for pair in pairs)
    wrong = sum(not outcome.pair.same for outcome in hits)
    rate = f"{right} of {same} ({100 * right / same:.0f}%)"
    precisions = f"{_precision(hits)} | {_precision([hit for hit in hits if not hit.pair.is_trap])}"
    return f"| {threshold:.2f} | {len(hits)} | {right} | {precisions} | {rate} | {wrong} of {len(pairs) - same} |"


def _precision(hits):
    return f"{100 * sum(hit.is_right for hit in hits) / len(hits):.0f}%" if hits else "-"


def write(page, text):
    """Puts the tables between the marks of a page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise Failure(f"{page} has no place for the tables: {_BEGIN} ... {_END}")
    page.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")
