"""What has to hold of the questions, whatever is added to them."""

import hashlib
import os
import re
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

from truth.bank import Bank
from truth.labelled import labelled_pairs
from truth.traces import spoken, traces

BANK = Bank()
MEANINGS = BANK.meanings()
PAIRS = labelled_pairs(BANK)
TRACES = traces(BANK)


def digest():
    """Of all pairs and traces."""
    return hashlib.sha256(repr((labelled_pairs(), traces())).encode()).hexdigest()


class MeaningTests(unittest.TestCase):
    def test_no_wording_means_two_things(self):
        found = {}
        for meaning in MEANINGS:
            for wording in meaning.wordings:
                folded = re.sub(r"[\s?.!？。]+", " ", wording.lower()).strip()
                self.assertEqual(found.setdefault(folded, meaning.name), meaning.name, wording)

    def test_no_answer_serves_two_meanings(self):
        answers = Counter(meaning.answer for meaning in MEANINGS)
        self.assertEqual([answer for answer, count in answers.items() if count > 1], [])

    def test_every_meaning_has_a_name_of_its_own_and_wordings_that_differ(self):
        self.assertEqual(len({meaning.name for meaning in MEANINGS}), len(MEANINGS))
        for meaning in MEANINGS:
            self.assertGreaterEqual(len(set(meaning.wordings)), 3, meaning.name)
            self.assertEqual(len(set(meaning.wordings)), len(meaning.wordings), meaning.name)

    def test_every_slot_is_filled(self):
        for meaning in MEANINGS:
            for text in (*meaning.wordings, meaning.answer):
                self.assertNotRegex(text, r"[{}]", meaning.name)

    def test_every_wording_holds_what_fills_the_slots(self):
        """Else it would mean the same for every filling."""
        for frame in BANK.frames:
            for wording in frame.wordings:
                named = set(re.findall(r"\{([a-z]+)\}", wording))
                self.assertEqual(named, {slot.name for slot in frame.slots}, wording)

    def test_no_values_of_slots_with_one_list_are_equal(self):
        for frame in BANK.frames:
            for values in frame.fillings():
                same = Counter((slot.list, value) for slot, value in zip(frame.slots, values))
                self.assertEqual(max(same.values(), default=1), 1, frame.name)

    def test_seven_of_ten_answers_are_plain(self):
        for meaning in MEANINGS:
            worded = spoken(meaning)
            self.assertEqual((worded.count(meaning.answer), len(worded)), (7, 10))
            self.assertTrue(all(meaning.answer in text for text in worded))


class PairTests(unittest.TestCase):
    def test_there_are_enough_and_none_twice(self):
        self.assertGreaterEqual(len(PAIRS), 2000)
        self.assertEqual(len({(pair.first, pair.second) for pair in PAIRS}), len(PAIRS))

    def test_labels_are_balanced_and_kinds_are_not_empty(self):
        same = sum(pair.same for pair in PAIRS) / len(PAIRS)
        self.assertTrue(0.35 < same < 0.55, same)
        for kind, count in Counter(pair.kind for pair in PAIRS).items():
            self.assertGreaterEqual(count, 25, kind)

    def test_no_kind_has_both_labels(self):
        self.assertEqual(len({(pair.kind, pair.same) for pair in PAIRS}), len({pair.kind for pair in PAIRS}))

    def test_labels_are_those_of_the_meanings(self):
        known = {wording: meaning.name for meaning in MEANINGS for wording in meaning.wordings}
        for pair in PAIRS:
            if pair.first in known and pair.second in known:
                self.assertEqual(known[pair.first] == known[pair.second], pair.same, pair)


class TraceTests(unittest.TestCase):
    def test_there_are_three_of_a_few_thousand_requests(self):
        self.assertGreaterEqual(len(TRACES), 3)
        for trace in TRACES.values():
            self.assertTrue(2000 <= len(trace.requests) <= 5000, trace.name)

    def test_every_question_has_one_meaning_with_an_answer(self):
        for trace in TRACES.values():
            known = {}
            for request in trace.requests:
                self.assertEqual(known.setdefault(request.question, request.meaning), request.meaning, request)
                self.assertIn(request.meaning, trace.answers)

    def test_they_are_asked_as_they_say(self):
        """Few meanings often, many seldom, and neighbours of what was asked before."""
        often = {name: Counter(one.meaning for one in trace.requests).most_common(10) for name, trace in TRACES.items()}
        share = {name: sum(count for _, count in top) / len(TRACES[name].requests) for name, top in often.items()}
        self.assertGreater(share["support"], 0.3)
        self.assertLess(share["near misses"], 0.1)
        seldom = Counter(Counter(one.meaning for one in TRACES["assistant"].requests).values())
        self.assertGreater(seldom[1] + seldom[2], 600)


class RepeatTests(unittest.TestCase):
    def test_another_draw_asks_something_else_as_often(self):
        for name, trace in traces(BANK, draw=1).items():
            again, usual = traces(BANK, draw=1)[name], TRACES[name]
            self.assertEqual(trace, again)
            self.assertEqual(len(trace.requests), len(usual.requests))
            changed = sum(one != other for one, other in zip(trace.requests, usual.requests))
            self.assertGreater(changed, 0.8 * len(usual.requests), name)

    def test_every_process_makes_the_same(self):
        program = "from truth.test_questions import digest; print(digest())"
        folder = Path(__file__).resolve().parents[1]
        environments = [{**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(folder)} for seed in "12"]
        done = [
            subprocess.run([sys.executable, "-c", program], env=one, capture_output=True, text=True, check=True).stdout
            for one in environments
        ]
        self.assertEqual(done[0], done[1])
        self.assertEqual(len(done[0].strip()), 64)


if __name__ == "__main__":
    unittest.main()
