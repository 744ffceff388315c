"""Marks, rates and their bounds."""

import tempfile
import unittest
from pathlib import Path

from truth import tables
from truth.rates import drawn, interval, wilson
from truth.runs import Results, Run, mark
from truth.traces import Request, Trace


def run(marks, **others):
    named = {"trace": "t", "by": "sluice", "embedding": "ngram", "setting": "static"}
    return Run(**{**named, "value": 0.9, "guards": True, "calls": 1, "marks": marks, **others})


class MarkTests(unittest.TestCase):
    def test_a_mark_says_what_came_and_whether_it_was_right(self):
        told = [("miss", True), ("hit", True), ("hit", False), ("semantic-hit", True), ("semantic-hit", False)]
        told.append(("bypass", True))
        self.assertEqual("".join(mark(*one) for one in told), "meEsSb")

    def test_a_miss_is_never_wrong(self):
        self.assertEqual(mark("miss", False), "m")

    def test_an_exact_hit_that_repeats_a_wrong_answer_counts_as_wrong(self):
        one = run("mmSEes")
        self.assertEqual((one.hits, one.exact, one.semantic, one.wrong, one.lookups), (4, 2, 2, 2, 6))


class RateTests(unittest.TestCase):
    def test_wilson_agrees_with_the_literature(self):
        low, high = wilson(10, 100)
        self.assertAlmostEqual(low, 0.0552, places=4)
        self.assertAlmostEqual(high, 0.1744, places=4)
        self.assertEqual(wilson(0, 0), (0.0, 1.0))

    def test_errors_of_one_meaning_make_the_bounds_wider(self):
        apart = drawn([True] * 10 + [False] * 90, list(range(100)))
        together = drawn([True] * 10 + [False] * 90, [0] * 10 + list(range(1, 91)))
        self.assertGreater(together[1] - together[0], apart[1] - apart[0])

    def test_the_interval_holds_the_share(self):
        low, high = interval("S", "SSssmmmmmm", list("aabbcdefgh"))
        self.assertTrue(low <= 0.2 <= high)


class ResultTests(unittest.TestCase):
    def test_a_run_takes_the_place_of_the_one_with_its_key(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.json"
            results = Results(path)
            for marks in ("mm", "ms"):
                results.add("static", run(marks), "today")
            results.add("static", run("SS", value=0.8), "today")
            self.assertEqual([one.marks for one in Results(path).runs("static")], ["ms", "SS"])


class TableTests(unittest.TestCase):
    TRACE = Trace("t", "a trace", tuple(Request(letter, letter) for letter in "abcdefghij"), {})

    def test_the_best_threshold_is_the_one_with_most_hits_within_the_bound(self):
        runs = [
            run("mmmmmsssSS", value=0.8, setting="static"), run("mmmmmmssss", value=0.9), run("mmmmmmmmmm", value=0.95),
            run("mmmmmmmmss", setting="verified", value=0.02),
        ]
        row = next(line for line in tables.bounds({"t": self.TRACE}, runs) if "2 %" in line and "`ngram`" in line)
        cells = [cell.strip() for cell in row.split("|")]
        self.assertEqual((cells[4], cells[8], cells[11]), ("20.0 %", "yes", "40.0 % (0.90)"))

    def test_advice_is_held_against_what_came_of_it(self):
        advice = {"trace": "t", "embedding": "ngram", "rate": 0.1, "threshold": 0.9, "reason": ""}
        advice["used"] = ["t, second half", "u"]
        none = {**advice, "threshold": None, "reason": "too few"}
        runs = [run("mmmmmsssSS", value=0.8), run("mmmmmmmmms")]
        runs += [run("ssssS", trace="t, second half"), run("sssss", trace="u")]
        lines = tables.advised([advice, none], runs)
        kept = [[cell.strip() for cell in line.split("|")][6:10] for line in lines[2:4]]
        self.assertEqual(kept, [["100.0 %", "20.0 %", "no", "0.90"], ["100.0 %", "0.0 %", "yes", "0.90"]])
        self.assertIn("too few", lines[4])
        self.assertEqual(len({line.count("|") for line in lines}), 1, lines)

    def test_every_row_has_as_many_cells_as_the_head(self):
        usual = {"by": "GPTCache", "embedding": "local", "setting": "default", "value": 0.6, "guards": False}
        runs = [run("mmmmmsssSS"), run("mmmmmmmmms", **usual)]
        for lines in (tables.bounds({"t": self.TRACE}, runs), tables.thresholds("t", runs)):
            self.assertEqual(len({line.count("|") for line in lines}), 1, lines)


if __name__ == "__main__":
    unittest.main()
