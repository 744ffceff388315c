"""Runs the hit-rate query of the managed gateway over log lines from standard input, with sqlite."""

import json
import sqlite3
import sys

QUERY = """
SELECT
SUM(CASE WHEN content LIKE '%cache hit for key%' OR content LIKE '%key accepted%' THEN 1 ELSE 0 END) AS hit_count,
SUM(CASE WHEN content LIKE '%cache miss for key%' OR content LIKE '%score not meet the threshold%' THEN 1 ELSE 0 END) AS miss_count,
SUM(CASE WHEN content LIKE '%cache hit for key%' OR content LIKE '%key accepted%' THEN 1 ELSE 0 END) * 100.0 /
NULLIF(SUM(CASE WHEN content LIKE '%cache hit for key%' OR content LIKE '%key accepted%' OR content LIKE '%cache miss for key%'
OR content LIKE '%score not meet the threshold%' THEN 1 ELSE 0 END), 0) AS hit_rate
FROM log
"""

database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE log (content TEXT)")
database.executemany("INSERT INTO log VALUES (?)", ((line.rstrip("\n"),) for line in sys.stdin))
hits, misses, rate = database.execute(QUERY).fetchone()
print(json.dumps({"hits": hits, "misses": misses, "rate": rate}))
