"""Questions out of many, by wrk: known ones, known ones in other words, unknown ones; each contestant its own kind."""

from dataclasses import dataclass

from ..chat import QUESTION
from ..children import Failure
from ..questions import asking, body_around, metric, question
from ..site import GENERATORS
from .closed import ClosedLoop
from .generator import measured, result

# What the header field says to each kind of question, and the metric's label.
_STATUS = {"exact": ("hit", "exact_hit"), "similar": ("semantic-hit", "semantic_hit"), "miss": ("miss", "miss")}
# The part of the answers that have to be of the kind.
_PURE = 0.98


@dataclass(frozen=True)
class Questions:
    """Those of `count` known questions, or as many others."""

    count: int
    connections: int = 64

    def check(self, site, contestant):
        kind = self._kind(contestant)
        if not contestant.name.startswith("sluice"):
            return self._constant.check(site, contestant)
        text = {"exact": question(1), "similar": question(1, "similar") + "!", "miss": question(self.count)}[kind]
        found = contestant.ask(asking(text)).fields.get("x-sluice-cache")
        if found != _STATUS[kind][0]:
            raise Failure(f"{contestant.name}: a question of the kind {kind} was answered as {found}")

    def warm_up(self, site, contestant):
        self._run(site, contestant, 1)

    def measure(self, site, contestant, seconds):
        if not contestant.name.startswith("sluice"):
            return self._constant.measure(site, contestant, seconds)
        label = f'sluice_ai_cache_lookups_total{{result="{_STATUS[self._kind(contestant)][1]}"}}'
        counters = {"pure": label, "dropped": "sluice_ai_cache_vector_dropped_total"}
        before = {key: _counter(contestant, line) for key, line in counters.items()}
        found = measured(contestant, lambda: self._run(site, contestant, seconds))
        for key, line in counters.items():
            found[key] = (_counter(contestant, line) - before[key]) / max(1, found["units"])
        if found["pure"] < _PURE:
            raise Failure(f"{contestant.name}: only {found['pure']:.1%} of the answers were of the kind")
        return found

    @property
    def _constant(self):
        return ClosedLoop(request=QUESTION, connections=self.connections, came_through=None)

    def _kind(self, contestant):
        return {"sluice-similar": "similar", "sluice-miss": "miss"}.get(contestant.name, "exact")

    def _run(self, site, contestant, seconds):
        kind = self._kind(contestant)
        if not contestant.name.startswith("sluice"):
            return self._constant.warm_up(site, contestant)
        path = site.folder / f"questions-{self.count}-{kind}.txt"
        if kind != "miss" and not path.exists():
            path.write_text("\n".join(question(number, kind) for number in range(self.count)))
        fields = [f"{name}: {value}" for name, value in QUESTION.all_fields().items()]
        command = [site.tools.wrk, "-t", 1, "-c", self.connections, "-d", f"{seconds}s", "--timeout", "10s"]
        command += ["-s", GENERATORS / "questions.lua", contestant.url(QUESTION.path), "--", kind, path]
        command += [*body_around(), *fields]
        return result(site, command, seconds + 60)


def _counter(contestant, line):
    name = line.partition("{")[0]
    return metric(contestant, name, line.removeprefix(name))
