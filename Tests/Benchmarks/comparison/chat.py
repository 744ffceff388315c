"""A question to a model, and a cache that knows its answer."""

import json
import time

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


def fill_cache(site, contestant):
    """Asks until the cache answers; what it says is what the other contestants then say from a constant."""
    if contestant.name == "sluice":
        deadline = time.monotonic() + 5
        while (answer := contestant.ask(QUESTION)).fields.get("x-sluice-cache") != "hit":
            if answer.status != 200 or time.monotonic() > deadline:
                raise Failure(f"{contestant.name} does not answer from its cache: {answer}")
            time.sleep(0.05)
        site.values["HIT"] = answer.body.decode()
        return
    size = len(site.values["HIT"].encode())
    found = len(contestant.ask(QUESTION).body)
    if found != size:
        raise Failure(f"{contestant.name} answers {found} bytes, the cache {size}")
