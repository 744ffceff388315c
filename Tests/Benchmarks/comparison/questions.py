"""Many questions to a model: those that a cache is filled with, the same in other words, and others."""

import json
import re
import time
from http.client import HTTPConnection

from .chat import QUESTION, fill_cache
from .children import Failure
from .http import ask, Request

_SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "el", "ir", "os", "um")]
_PATTERNS = {
    "exact": "What do {}, {} and {} have to do with {}, {} and {}?",
    "similar": "{}, {} and {}: what do they have to do with {}, {} and {}?",
}
# Questions that wait to be indexed; the gateway takes a thousand.
_MOST_WAITING = 400


def question(number, kind="exact"):
    """The question of that number; `similar` is the same in another order of words."""
    words, state = [], number * 2_654_435_761 + 97
    for _ in range(6):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % (1 << 64)
        parts = [state >> shift for shift in (20, 30, 40)]
        words.append("".join(_SYLLABLES[part % len(_SYLLABLES)] for part in parts))
    return _PATTERNS[kind].format(*words)


def body_around():
    """What stands before and behind a question in the body of a request."""
    return ('{"model":"model-1","temperature":0,"messages":[{"role":"user","content":"', '"}]}')


def asking(text):
    head, tail = body_around()
    return Request(QUESTION.path, "POST", QUESTION.fields, (head + text + tail).encode())


def provide_entries(count):
    """The value of `@ENTRIES@`: room for as many questions."""

    def provide(site):
        site.values["ENTRIES"] = count

    return provide


def fill(count):
    """Fills a gateway's stores with `count` questions, and waits until all are indexed."""

    def prepare(site, contestant):
        if not contestant.name.startswith("sluice"):
            return fill_cache(site, contestant)
        connection = HTTPConnection("127.0.0.1", contestant.port, timeout=30)
        for number in range(count):
            if number % 100 == 0:
                _await_index(contestant, _MOST_WAITING)
            request = asking(question(number))
            connection.request("POST", request.path, request.body, request.all_fields())
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise Failure(f"{contestant.name} answered {answer.status} while it was filled")
        connection.close()
        _await_index(contestant, 0)
        stored = metric(contestant, "sluice_ai_cache_vector_entries")
        if stored != count:
            raise Failure(f"{contestant.name} has indexed {stored} of {count} questions")
        if contestant.name == "sluice":
            site.values["HIT"] = contestant.ask(asking(question(0))).body.decode()

    return prepare


def metric(contestant, name, labels=""):
    """A metric's value, as the admin listener tells it; 0 when it is not there."""
    text = ask(contestant.admin_port, Request("/metrics")).body.decode()
    found = re.search(rf"^{re.escape(name + labels)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0


def _await_index(contestant, most):
    deadline = time.monotonic() + 300
    while metric(contestant, "sluice_ai_cache_vector_waiting") > most:
        if time.monotonic() > deadline:
            raise Failure(f"{contestant.name} does not come to the end of indexing")
        time.sleep(0.02)
