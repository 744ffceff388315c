"""A question to a model, and a cache that knows its answer."""

import json
import time

from .case import kind
from .children import Failure
from .http import Request

QUESTION = Request(
    "/v1/chat/completions",
    method="POST",
    fields={"content-type": "application/json"},
    body=json.dumps(
        {
            "model": "model-1",
            "temperature": 0,
            "messages": [
                {"role": "system", "content": "You answer in a few plain sentences."},
                {"role": "user", "content": "What is a star, and what makes it shine?"},
            ],
        }
    ).encode(),
)


_IS_HIT = {
    "sluice": lambda answer: answer.fields.get("x-sluice-cache") == "hit",
    # It hands on the model's fields with a prefix, as long as the model was asked.
    "litellm": lambda answer: answer.status == 200 and "llm_provider-x-upstream" not in answer.fields,
}


def fill_cache(site, contestant):
    """Asks until the cache answers; what Sluice's says is what the contestants without one then say from a constant."""
    if kind(contestant.name) in _IS_HIT:
        deadline = time.monotonic() + 10
        while not _IS_HIT[kind(contestant.name)](answer := contestant.ask(QUESTION)):
            if answer.status != 200 or time.monotonic() > deadline:
                raise Failure(f"{contestant.name} does not answer from its cache: {answer}")
            time.sleep(0.05)
        if contestant.name == "sluice":
            site.values["HIT"] = answer.body.decode()
        return
    size = len(site.values["HIT"].encode())
    found = len(contestant.ask(QUESTION).body)
    if found != size:
        raise Failure(f"{contestant.name} answers {found} bytes, the cache {size}")
