"""Runs a case: all contestants side by side, one after the other in each round, in an order that rotates."""

from statistics import median

from .children import Failure
from .equality import expect_log
from .site import Contestant
from .tools import say


def run_case(site, case, rounds, seconds, peers):
    """Results of a case: contestant -> one dictionary of numbers for each round."""
    names = case.contestants(peers)
    if case.provide:
        case.provide(site)
    running = {} if case.fresh else {name: _start(site, case, name) for name in names}
    if case.direct:
        running["direct"] = Contestant("direct", site.upstreams[case.upstream])
        names.append("direct")
    results = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            contestant = _start(site, case, name) if case.fresh else running[name]
            found = case.load.measure(site, contestant, seconds)
            if "units" in found and not found["units"]:
                raise Failure(f"{case.name}: {name} completed nothing: {found['errors']}")
            if case.logs and name != "direct":
                expect_log(contestant)
            contestant.empty_access_log()
            results[name].append(found)
            if case.fresh:
                site.stop(contestant)
            say(f"{case.name}, round {number + 1} of {rounds}, {name}{_errors(found)}")
    for contestant in running.values():
        site.stop(contestant)
    if case.direct:
        _subtract_direct(results)
    if case.derive:
        case.derive(results)
    return results


def _start(site, case, name):
    contestant = site.start(name, case.setup, case.upstream, case.wire)
    if case.prepare:
        case.prepare(site, contestant)
    if case.wire.tls:
        site.encryption.expect(name, contestant.port)
    case.load.check(site, contestant)
    case.load.warm_up(site, contestant)
    return contestant


def _subtract_direct(results):
    """Adds to each result by how much its latencies exceed those without a proxy in the same round."""
    for name, rounds in results.items():
        for found, direct in zip(rounds, results["direct"]):
            for key in ("p50", "p99"):
                if name != "direct" and None not in (found[key], direct[key]):
                    found[f"added_{key}"] = found[key] - direct[key]


def values(rounds, key):
    return [found[key] for found in rounds if found.get(key) is not None]


def ratio(results, key, peer):
    """Median over the rounds of Sluice's number divided by that of a peer in the same round; None without both."""
    pairs = zip(results.get("sluice", []), results.get(peer, []))
    ratios = [one[key] / two[key] for one, two in pairs if one.get(key) is not None and two.get(key)]
    return median(ratios) if ratios else None


def errors(rounds):
    """Errors of all rounds by kind, without kinds that did not occur."""
    total = {}
    for found in rounds:
        for kind, count in found.get("errors", {}).items():
            total[kind] = total.get(kind, 0) + count
    return {kind: count for kind, count in total.items() if count}


def _errors(found):
    counted = errors([found])
    return f", ERRORS {counted}" if counted else ""
