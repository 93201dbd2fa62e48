"""Choosing: which of the things that an address names says where it is, by what else the address says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import hypot
from typing import Final

from geo_observatorio.geocoding.choices import Choice, Mention, share_words
from geo_observatorio.geocoding.ground import BESIDE, Ground
from geo_observatorio.geocoding.stated import StatedArea

BESIDE_SOFT: Final = 1500.0  # metres beyond a corregimiento that only a name tells
SAME_SPOT: Final = 150.0  # metres
NEARBY: Final = 1500.0  # metres: two things that one address names lie no farther apart
FAR: Final = 3000.0  # metres: farther apart they contradict each other
TOWARDS: Final = 10  # what an address only points to comes after all else
ORDER: Final = {
    "reviewed": 0,
    "crossing_of_lines": 1,
    "landmark": 2,
    "crossing_of_points": 3,
    "street": 4,
    "barrio": 5,
    "landmark_fuzzy": 6,
    "barrio_fuzzy": 7,
    "long_street": 8,
}
LOOSE: Final = 6  # a place whose type was dropped comes after a barrio


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen, and what a person should know of it."""

    choice: Choice | None
    mention: Mention | None = None
    explained: frozenset[int] = frozenset()  # positions of the words that name anything known
    rivals: tuple[Choice, ...] = ()
    by_context: bool = False
    agrees: bool = False
    conflicts: bool = False
    outside: bool = False


def choose(mentions: Sequence[Mention], area: StatedArea, ground: Ground) -> Chosen:
    """Choose what the address means; of several things of one name none, unless what else it says decides.

    Parameters
    ----------
    area
        The corregimiento that is stated: what lies outside it is not meant; of one that only a name tells, not far
        outside, for people keep the names of before a division.
    """
    inside = [_restrict(mention, area, ground) for mention in mentions]
    outside = bool(area.code) and bool(mentions) and not any(mention.choices for mention in inside)
    rivals = tuple(choice for mention in (mentions if outside else inside) for choice in mention.choices)
    resolved = [(mention, *_resolve(mention, inside)) for mention in inside if mention.choices]
    certain = [(m, c, by_context) for m, c, by_context in resolved if c is not None and not c.coarse]
    if not certain:
        return Chosen(None, rivals=_sort(rivals), outside=outside)
    mention, choice, by_context = min(certain, key=lambda item: _rank(item[0], item[1]))
    others = [m for m in inside if m is not mention and m.choices and not share_words(m, mention)]
    gaps = [_gap([choice], other.choices) for other in others]
    known = [gap for gap in gaps if gap is not None]
    return Chosen(
        choice=choice,
        mention=mention,
        explained=frozenset(i for m in inside if m.choices and not m.beside for i in range(m.start, m.end)),
        rivals=tuple(c for c in _sort(rivals) if c is not choice),
        by_context=by_context,
        agrees=any(gap <= NEARBY for gap in known),
        conflicts=bool(known) and min(known) > FAR,
    )


def _restrict(mention: Mention, area: StatedArea, ground: Ground) -> Mention:
    """Return a mention with the choices that lie in the stated area."""
    if not area.code:
        return mention
    beside = BESIDE_SOFT if area.soft else BESIDE
    choices = [
        c
        for c in mention.choices
        if (ground.holds(area.code, c.x, c.y, beside=beside) if c.is_point else c.area == area.code)
    ]
    return replace(mention, choices=choices)


def _resolve(mention: Mention, mentions: Sequence[Mention]) -> tuple[Choice | None, bool]:
    """Return the one choice that is left, or that lies near something else that is named; whether the latter."""
    best = max(choice.similarity for choice in mention.choices)
    choices = [choice for choice in mention.choices if choice.similarity >= best - 0.001]
    if _are_one(choices) and not choices[0].common:
        return choices[0], len(mention.choices) > 1
    if all(not choice.is_point for choice in choices):
        return max(choices, key=lambda choice: choice.share), False
    others = [other for other in mentions if other is not mention and not share_words(other, mention)]
    near = [choice for choice in choices if any(_is_near(choice, other.choices) for other in others)]
    return (near[0], True) if len(near) == 1 else (None, False)


def _are_one(choices: Sequence[Choice]) -> bool:
    """Tell whether choices are one, or so near each other that it does not matter."""
    first = choices[0]
    return all(hypot(first.x - one.x, first.y - one.y) <= SAME_SPOT for one in choices[1:])


def _is_near(choice: Choice, others: Sequence[Choice]) -> bool:
    """Tell whether something lies near a choice, or is a long street that runs through its area."""
    gap = _gap([choice], others)
    return (gap is not None and gap <= NEARBY) or any(
        not other.is_point and other.area == choice.area for other in others
    )


def _rank(mention: Mention, choice: Choice) -> tuple[float, float, int]:
    order = LOOSE if choice.loose and choice.reason == "landmark" else ORDER.get(choice.reason, TOWARDS)
    towards = TOWARDS if mention.relation == "hacia" else 0
    return (order + towards, -choice.similarity, mention.start - mention.end)


def _gap(choices: Sequence[Choice], others: Sequence[Choice]) -> float | None:
    gaps = [hypot(a.x - b.x, a.y - b.y) for a, b in product(choices, others) if a.is_point and b.is_point]
    return min(gaps) if gaps else None


def _sort(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(choices, key=lambda c: (ORDER.get(c.reason, TOWARDS), -c.similarity, -c.share)))
