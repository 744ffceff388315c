"""Shares with their intervals of 95 %."""

import math
import random
from collections import Counter

_DEVIATIONS = 1.96
_DRAWS = 400


def wilson(count, total):
    """Bounds of a probability after `count` of `total`, if each came by itself (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    share, square = count / total, _DEVIATIONS**2
    middle, scale = share + square / (2 * total), 1 + square / total
    spread = _DEVIATIONS * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def drawn(counted, meanings):
    """Bounds of a share when whole meanings are drawn again: what is wrong once is wrong again when the meaning comes back.

    `counted` says for each request whether it counts, `meanings` what it meant.
    """
    totals, counts = Counter(meanings), Counter(meaning for meaning, counts in zip(meanings, counted) if counts)
    pairs = [(counts[meaning], total) for meaning, total in totals.items()]
    chance, shares = random.Random(11), []
    for _ in range(_DRAWS):
        chosen = chance.choices(pairs, k=len(pairs))
        shares.append(sum(one for one, _ in chosen) / sum(other for _, other in chosen))
    shares.sort()
    return shares[round(_DRAWS * 0.025)], shares[round(_DRAWS * 0.975) - 1]


def interval(letters, marks, meanings):
    """The wider of both at either end, for requests with one of the letters as their mark."""
    counted = [mark in letters for mark in marks]
    simple, grouped = wilson(sum(counted), len(counted)), drawn(counted, meanings)
    return min(simple[0], grouped[0]), max(simple[1], grouped[1])
