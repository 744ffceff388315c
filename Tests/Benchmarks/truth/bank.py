"""All meanings, and which of them look alike."""

from collections import defaultdict

from .reading import frames


class Bank:
    """The frames of all topics with their meanings."""

    def __init__(self):
        self.frames = frames()
        self._named = {(frame.topic, frame.name): frame for frame in self.frames}
        self._meanings = {frame: [frame.meaning(values) for values in frame.fillings()] for frame in self.frames}
        self.rivals = self._rivals()

    def topics(self):
        return list(dict.fromkeys(frame.topic for frame in self.frames))

    def meanings(self, *topics):
        """All meanings, or those of some topics."""
        return [one for frame, made in self._meanings.items() if not topics or frame.topic in topics for one in made]

    def families(self):
        """Frames that look alike, together: meanings of a family are told apart by a word or two."""
        first = {}
        for frame in self.frames:
            first[frame] = first[self._named[frame.topic, frame.rival]] if frame.rival else frame
        families = defaultdict(list)
        for frame, head in first.items():
            families[head] += self._meanings[frame]
        return [family for family in families.values() if len(family) > 1]

    def _rivals(self):
        """Pairs of meanings that look alike, by what tells them apart."""
        found = defaultdict(list)
        for frame in self.frames:
            fillings = list(frame.fillings())
            for values in fillings:
                for other in fillings:
                    if values < other and (kind := _difference(frame.slots, values, other)):
                        found[kind].append((frame.meaning(values), frame.meaning(other)))
            if frame.rival:
                rival = self._named[frame.topic, frame.rival]
                kind = "same words" if frame.rivalry == "words" else frame.rivalry
                known = set(rival.fillings())
                found[kind] += [(rival.meaning(values), frame.meaning(values)) for values in fillings if values in known]
        return dict(found)


def _difference(slots, values, others):
    """What tells two fillings of a frame apart: one slot, or two that changed places; None for more than that."""
    differing = [number for number, (one, other) in enumerate(zip(values, others)) if one != other]
    if len(differing) == 1:
        return f"another {slots[differing[0]].kind}"
    if len(differing) == 2:
        first, second = differing
        if slots[first].list == slots[second].list and (values[first], values[second]) == (others[second], others[first]):
            return "direction"
    return None
