"""Results as Markdown, and their place in the documentation."""

import re
from statistics import median

from .children import Failure
from .measuring import errors, ratio, values


def table(case, results, note):
    """A case as a heading, a table with one row a contestant, how it was measured, and a line for each budget."""
    columns = [column for column in case.columns if any(values(rounds, column.key) for rounds in results.values())]
    titles = [column.title.format(unit=case.unit) for column in columns]
    first = columns[0]
    head = ["", titles[0], "lowest to highest", "Sluice / this", *titles[1:], "errors"]
    rows = []
    for name, rounds in results.items():
        numbers = values(rounds, first.key)
        spread = f"{_number(min(numbers), first)} to {_number(max(numbers), first)}" if numbers else "-"
        share = ratio(results, first.key, name) if name != "sluice" else None
        row = [name, _median(rounds, first), spread, f"{share:.2f}" if share is not None else "-"]
        rows.append([*row, *(_median(rounds, column) for column in columns[1:]), _errors(rounds)])
    lines = [f"### {case.name}: {case.title}", "", _row(head), _row(["---"] + ["---:"] * (len(head) - 1))]
    lines += [_row(row) for row in rows]
    budgets = [_budget(case, results, budget) for budget in case.budgets]
    return "\n".join([*lines, "", note, "", *budgets, *([""] if budgets else [])])


def missed(case, results):
    """The budgets of a case that were not kept."""
    found = [_found(results, budget) for budget in case.budgets]
    return [budget for budget, number in zip(case.budgets, found) if number is not None and number > budget.most]


def budgets(measured, all_cases):
    """The budgets of all cases in one table; empty when they have none.

    Cases that are not among the `measured`, pairs of case and results, say so.
    """
    results = {case.name: found for case, found in measured}
    lines = []
    for case in all_cases:
        for budget in case.budgets:
            number = _found(results[case.name], budget) if case.name in results else None
            verdict = "not measured" if number is None else "missed" if number > budget.most else "kept"
            shown = "-" if number is None else f"{number:.3g}"
            lines.append(_row([f"`{case.name}`", case.title, _limit(case, budget), shown, verdict]))
    if not lines:
        return ""
    head = [_row(["case", "", "budget", "measured", ""]), _row(["---", "---", "---", "---:", "---"])]
    return "\n".join(["### Budgets", "", *head, *lines, ""])


def write(page, head, tables, all_cases):
    """Puts tables into the results of a page; those of other cases stay.

    `tables` are pairs of a case's name and its text. The budgets of all tables come before them.
    """
    parts = re.split(r"^### ", _between(page, "results")[1], flags=re.MULTILINE)[1:]
    sections = {part.partition(":")[0]: f"### {part}".strip() for part in parts if ":" in part.partition("\n")[0]}
    sections.update((name, text.strip()) for name, text in tables)
    kept = [sections[case.name] for case in all_cases if case.name in sections]
    write_between(page, "results", "\n\n".join([head.strip(), _summary(kept), *kept]))


def write_between(page, name, text):
    """Replaces what stands between the two marks of that name on a page."""
    before, _, after = _between(page, name)
    page.write_text(f"{before}\n\n{text.strip()}\n\n{after}")


def _between(page, name):
    """A page in three parts: up to the mark where `name` begins, what is between, and from the mark where it ends."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = page.read_text()
    if begin not in old or end not in old:
        raise Failure(f"{page} has no marks {begin} and {end}")
    before, _, rest = old.partition(begin)
    between, _, after = rest.partition(end)
    return f"{before}{begin}", between, f"{end}{after}"


def _summary(sections):
    """The budgets of written tables in one table."""
    lines = [_row(["case", "budget", "measured", ""]), _row(["---", "---", "---:", "---"])]
    for section in sections:
        name = section.partition(":")[0].removeprefix("### ")
        for budget, number, verdict in re.findall(r"^- Budget (.+): ([^\s,]+), (\w+)$", section, re.MULTILINE):
            lines.append(_row([f"`{name}`", budget, number, verdict]))
    return "\n".join(["### Budgets", "", *lines])


def _budget(case, results, budget):
    number = _found(results, budget)
    if number is None:
        return f"- Budget {_limit(case, budget)}: not measured"
    return f"- Budget {_limit(case, budget)}: {number:.3g}, {'missed' if number > budget.most else 'kept'}"


def _limit(case, budget):
    title = next(column.title for column in case.columns if column.key == budget.key).format(unit=case.unit)
    return f"{title} <= {budget.most:g}{f' x {budget.peer}' if budget.peer else ''}"


def _found(results, budget):
    if budget.peer:
        return ratio(results, budget.key, budget.peer)
    numbers = values(results.get("sluice", []), budget.key)
    return median(numbers) if numbers else None


def _median(rounds, column):
    numbers = values(rounds, column.key)
    return _number(median(numbers), column) if numbers else "-"


def _number(value, column):
    return f"{value:,.{column.digits}f}"


def _errors(rounds):
    counted = errors(rounds)
    return ", ".join(f"{count} {kind}" for kind, count in counted.items()) if counted else "0"


def _row(cells):
    return f"| {' | '.join(cells)} |"
