"""From seconds to the table of ratios; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Seconds = Mapping[str, Mapping[str, Sequence[float]]]
"""Work → who did it → what each round took."""
LIST, DEEP, LAST = "list, newest first", "a page deep inside", "last page"
FILTER, RARE, COMMON = "filter contractor + status", "search, few found", "search, all found"
FORM, SAVE, RECORD = "edit form", "save", "record"
WORKS = (LIST, DEEP, LAST, FILTER, RARE, COMMON, FORM, SAVE, RECORD)


@dataclass(frozen=True)
class Target:
    """At most `most` times the best peer, or, where `of` names a work, times Atrium's own time for that."""

    most: float
    of: str = ""
    under: float = float("inf")
    """Seconds that must not be passed either."""

    def __str__(self) -> str:
        text = f"≤ {self.most:g} × {'own first page' if self.of else 'best'}"
        return text if self.under == float("inf") else f"{text}, < {self.under * 1000:.0f} ms"


TARGETS: Mapping[str, Target] = {
    LIST: Target(0.5), FILTER: Target(0.5), DEEP: Target(1.3, of=LIST), LAST: Target(1.3, of=LIST),
    RARE: Target(0.1), COMMON: Target(0.1), FORM: Target(1), SAVE: Target(1.2, under=0.1), RECORD: Target(1),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One work: the median of each, Atrium's ratio to the best peer, and whether its target is met."""

    work: str
    p50: Mapping[str, float]
    best: str
    ratio: Mapping[str, float]
    met: Mapping[str, bool]


def lines(seconds: Seconds, peers: Sequence[str]) -> list[Line]:
    """A line for each work; whoever is not among `peers` is an Atrium person."""
    p50 = {work: {who: median(spent) for who, spent in by.items() if spent} for work, by in seconds.items()}
    found = []
    for work, by in p50.items():
        best = min((who for who in by if who in peers), key=lambda who: by[who])
        ours = [who for who in by if who not in peers]
        target = TARGETS[work]
        met = {}
        for who in ours:
            against = p50[target.of][who] if target.of else by[best]
            met[who] = by[who] <= target.most * against and by[who] < target.under
        found.append(Line(work, by, best, {who: by[who] / by[best] for who in ours}, met))
    return found


def markdown(found: Sequence[Line], ours: Sequence[str], peers: Sequence[str]) -> str:
    """The table for people: p50 in ms, then Atrium's ratio to the best peer and a mark where the target is met."""
    head = ["p50 in ms", *ours, *peers, *(f"{who} / best" for who in ours), "target"]
    rows = [head, ["---", *["--:"] * (len(head) - 2), "---"]]
    for one in found:
        times = [f"{one.p50[who] * 1000:.1f}" if who in one.p50 else "–" for who in (*ours, *peers)]
        marks = [
            f"{one.ratio[who]:.2f} {'met' if one.met[who] else 'MISSED'}" if who in one.ratio else "–" for who in ours
        ]
        rows.append([one.work, *times, *marks, str(TARGETS[one.work])])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
