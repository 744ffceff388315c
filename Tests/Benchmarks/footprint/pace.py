"""Reading and writing at a steady pace."""

import time


class Pace:
    """Holds a transfer to so many bytes a second."""

    def __init__(self, rate):
        self._rate = rate
        self._begin = time.monotonic()
        self._bytes = 0

    def passed(self, count):
        """Counts bytes, and waits until they are due."""
        self._bytes += count
        ahead = self._begin + self._bytes / self._rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
