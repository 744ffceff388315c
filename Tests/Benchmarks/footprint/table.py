"""The table, and its place in the documentation."""

from comparison.children import Failure

from .case import KIB, MIB

START_BUDGET = 25 * MIB
_BEGIN = "<!-- memory: begin -->"
_END = "<!-- memory: end -->"


def table(results):
    """One row a case. `results` maps cases to results."""
    lines = [
        "| case | load | start, MiB | peak, MiB | of it code, MiB | growth without | budget | |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for case, result in results.items():
        cells = [case.name, case.title, f"{result.start / MIB:.1f}", f"{result.peak / MIB:.1f}"]
        cells += [f"{result.program / MIB:.1f}", _growth(case, result)]
        lines.append(f"| {' | '.join([*cells, *_verdict(case, result)])} |")
    return "\n".join(lines)


def missed(results):
    """The names of cases that grew beyond their budget, or began above that of the start."""
    grown = [case.name for case, result in results.items() if case.most and result.counted(case) > case.most]
    begun = [f"{case.name} (start)" for case, result in results.items() if result.start > START_BUDGET]
    return grown + begun


def write(page, text):
    """Replaces what stands between the two marks of a page."""
    old = page.read_text()
    if _BEGIN not in old or _END not in old:
        raise Failure(f"{page} has no marks {_BEGIN} and {_END}")
    page.write_text(f"{old.partition(_BEGIN)[0]}{_BEGIN}\n\n{text.strip()}\n\n{_END}{old.partition(_END)[2]}")


def _growth(case, result):
    size = result.counted(case)
    return f"{size / KIB:.1f} KiB a {case.unit}" if case.unit else f"{size / MIB:.1f} MiB"


def _verdict(case, result):
    if not case.most:
        return ["-", ""]
    limit = f"{case.most / KIB:g} KiB" if case.unit else f"{case.most / MIB:g} MiB"
    return [limit, "missed" if result.counted(case) > case.most else "kept"]
