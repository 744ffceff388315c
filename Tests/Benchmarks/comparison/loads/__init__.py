"""The kinds of load. Each runs once against one contestant and says what it measured, as a dictionary of numbers.

`units` is what was completed (requests, events), by which the CPU time is divided; `errors` maps kinds to counts.
"""
