"""Record linkage: how probable it is that two reports of two institutions tell one event, after Fellegi and Sunter.

Each field that both reports have is compared and falls on a level. A level speaks for one event by the logarithm of how
much likelier it is among reports of one event (m) than among reports of two (u); the logarithms add up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.linkage_blocks import DAYS, REACH, Block, find_blocks

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Levels = NDArray[np.int8]
Similarity = Callable[[Ints, Ints], Floats]

MISSING: Final = -1
SHARED: Final = 0.1  # of the smaller source is taken to be in the other one too: the prior, an assumption
LEAST_BITS: Final = 4.0  # evidence below which a pair is not worth reading its addresses
PROPOSED: Final = 0.5  # probability from which a pair is proposed to a person


@dataclass(frozen=True, kw_only=True)
class Level:
    """An outcome of a comparison: how likely it is in reports of one event (m), and of two (u) within a block."""

    name: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """Return what it says for one event, in bits."""
        return float(np.log2(self.m / self.u))


FIELDS: Final[dict[str, tuple[Level, ...]]] = {
    "day": (
        Level(name="same_day", m=0.86, u=0.15),
        Level(name="day_beside", m=0.10, u=0.28),
        Level(name="within_3_days", m=0.04, u=0.57),
    ),
    "hour": (
        Level(name="within_1_hour", m=0.75, u=0.13),
        Level(name="within_3_hours", m=0.15, u=0.17),
        Level(name="other_hour", m=0.10, u=0.70),
    ),
    "place": (
        Level(name="within_50_m", m=0.55, u=0.01),
        Level(name="within_150_m", m=0.25, u=0.05),
        Level(name="within_500_m", m=0.15, u=0.33),
        Level(name="within_1_km", m=0.05, u=0.61),
    ),
    "category": (
        Level(name="same_category", m=0.65, u=0.06),
        Level(name="same_family", m=0.22, u=0.12),
        Level(name="same_section", m=0.05, u=0.09),
        Level(name="other_category", m=0.08, u=0.73),
    ),
    "address": (
        Level(name="same_words", m=0.50, u=0.08),
        Level(name="similar_words", m=0.22, u=0.20),
        Level(name="other_words", m=0.28, u=0.72),
    ),
}
ADDRESS_CUTS: Final = (0.9, 0.8)  # similarity from which words are the same, and similar


@dataclass(frozen=True, kw_only=True, eq=False)
class Reports:
    """Reports of one institution as columns.

    Attributes
    ----------
    day
        Days since 1970.
    hour
        0 to 23, -1 where nobody knew.
    x, y
        Metres, NaN without a point.
    area
        Number of the area that the report names, -1 where it names none.
    category, family, section
        Numbers that are equal where two categories are the same, of one family, of one ICCS section; -1: none.
    has_address
        Whether it says an address at all.
    by_words
        Whether its point was found by the words of its address.
    """

    day: Ints
    hour: Ints
    x: Floats
    y: Floats
    area: Ints
    category: Ints
    family: Ints
    section: Ints
    has_address: NDArray[np.bool_]
    by_words: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What persons said before: pairs that are two events, and the reports that have found theirs."""

    refused: frozenset[tuple[int, int]] = frozenset()
    left: frozenset[int] = frozenset()
    right: frozenset[int] = frozenset()


UNDECIDED: Final = Decided()


@dataclass(frozen=True, kw_only=True, eq=False)
class Linked:
    """Pairs that are probably one event each, the surest first; no report stands in two of them.

    Attributes
    ----------
    left, right
        Positions of the reports.
    levels
        By field the level of each pair; -1 where a report lacks the field.
    prior
        Bits against a pair before it is looked at: how few of the pairs of its block can be one event.
    candidates
        How many pairs were compared.
    """

    left: Ints
    right: Ints
    levels: dict[str, Levels]
    weight: Floats
    prior: Floats
    probability: Floats
    candidates: int


@dataclass(kw_only=True)
class _Kept:
    """Pairs that are worth a closer look, gathered block by block."""

    blocks: list[Block] = field(default_factory=list)
    levels: list[dict[str, Levels]] = field(default_factory=list)
    kinds: list[NDArray[np.int8]] = field(default_factory=list)
    compared: Ints = field(default_factory=lambda: np.zeros(2, dtype=np.int64))


def link(left: Reports, right: Reports, similarity: Similarity, *, decided: Decided = UNDECIDED) -> Linked:
    """Find the pairs of reports that probably tell one event.

    Parameters
    ----------
    similarity
        Of the addresses at two arrays of positions, 0 to 1.
    decided
        What persons said before: it is not found again.
    """
    kept = _gather(left, right)
    i, j, kind, levels = _join(kept)
    levels["address"] = compare_addresses(left, right, (i, j), similarity)
    evidence = weigh(levels)
    prior = _priors(kept.compared, len(left), len(right))[kind]
    total = evidence + prior
    probability = 1.0 / (1.0 + np.exp2(-np.clip(total, -60, 60)))
    order = np.lexsort((j, i, -total))
    order = order[probability[order] >= PROPOSED]
    chosen = choose_one_to_one(i[order], j[order], decided)
    at = order[chosen]
    return Linked(
        left=i[at],
        right=j[at],
        levels={name: values[at] for name, values in levels.items()},
        weight=total[at],
        prior=prior[at],
        probability=probability[at],
        candidates=int(kept.compared.sum()),
    )


def _gather(left: Reports, right: Reports) -> _Kept:
    """Compare all fields but the addresses, and keep the pairs whose addresses could still decide."""
    kept, best = _Kept(), FIELDS["address"][0].weight
    for block in find_blocks(left, right, days=DAYS, reach=REACH):
        levels = compare(left, right, block)
        kept.compared[int(block.by_area)] += len(block.left)
        near = weigh(levels) + best >= LEAST_BITS
        kept.blocks.append(Block(left=block.left[near], right=block.right[near], by_area=block.by_area))
        kept.levels.append({name: values[near] for name, values in levels.items()})
        kept.kinds.append(np.full(int(near.sum()), int(block.by_area), dtype=np.int8))
    return kept


def _join(kept: _Kept) -> tuple[Ints, Ints, NDArray[np.int8], dict[str, Levels]]:
    none = np.empty(0, dtype=np.int64)
    i = np.concatenate([none, *(block.left for block in kept.blocks)])
    j = np.concatenate([none, *(block.right for block in kept.blocks)])
    kind = np.concatenate([none.astype(np.int8), *kept.kinds])
    names = [name for name in FIELDS if name != "address"]
    empty = none.astype(np.int8)
    levels = {name: np.concatenate([empty, *(part[name] for part in kept.levels)]) for name in names}
    return i, j, kind, levels


def compare(left: Reports, right: Reports, block: Block) -> dict[str, Levels]:
    """Return the level of each pair of a block in every field but the address."""
    i, j = block.left, block.right
    apart = np.hypot(left.x[i] - right.x[j], left.y[i] - right.y[j])
    return {
        "day": _cut(np.abs(left.day[i] - right.day[j]), (0, 1)),
        "hour": _compare_hours(left, right, block),
        "place": np.where(np.isnan(apart), MISSING, _cut(apart, (50, 150, 500))).astype(np.int8),
        "category": _compare_categories(left, right, block),
    }


def _cut(values: NDArray[np.generic], limits: Sequence[float]) -> Levels:
    """Return the number of the first limit that a value does not pass."""
    return np.searchsorted(np.asarray(limits, dtype=np.float64), values.astype(np.float64)).astype(np.int8)


def _compare_hours(left: Reports, right: Reports, block: Block) -> Levels:
    """Compare hours of the clock, on which 23 is near 1: days are a field of their own; unknown hours say nothing."""
    a, b = left.hour[block.left], right.hour[block.right]
    apart = np.abs(a - b)
    return np.where((a < 0) | (b < 0), MISSING, _cut(np.minimum(apart, 24 - apart), (1, 3))).astype(np.int8)


def _compare_categories(left: Reports, right: Reports, block: Block) -> Levels:
    found = np.full(len(block.left), 3, dtype=np.int8)
    for level, name in ((2, "section"), (1, "family"), (0, "category")):
        a, b = getattr(left, name)[block.left], getattr(right, name)[block.right]
        found[(a == b) & (a >= 0)] = level
    return found


def compare_addresses(left: Reports, right: Reports, pairs: tuple[Ints, Ints], similarity: Similarity) -> Levels:
    """Return the level of the addresses of pairs.

    Missing where one of them says none, or where both points were found by these words: they have spoken as the place.
    """
    found = np.full(len(pairs[0]), MISSING, dtype=np.int8)
    spoken = left.by_words[pairs[0]] & right.by_words[pairs[1]]
    both = np.flatnonzero(left.has_address[pairs[0]] & right.has_address[pairs[1]] & ~spoken)
    alike = similarity(pairs[0][both], pairs[1][both])
    found[both] = np.where(alike >= ADDRESS_CUTS[0], 0, np.where(alike >= ADDRESS_CUTS[1], 1, 2))
    return found


def weigh(levels: dict[str, Levels]) -> Floats:
    """Add up what the levels say, in bits; a missing field says nothing."""
    total = np.zeros(len(next(iter(levels.values()))))
    for name, values in levels.items():
        weights = np.array([*(level.weight for level in FIELDS[name]), 0.0])  # the last one is that of MISSING
        total += weights[values]
    return total


def _priors(compared: Ints, n_left: int, n_right: int) -> Floats:
    """Return the logarithm of the odds that a pair of each kind of block is one event, before it is looked at."""
    expected = SHARED * max(min(n_left, n_right), 1)
    share = np.minimum(expected / np.maximum(compared, 1), 0.5)
    return np.asarray(np.log2(share / (1 - share)), dtype=np.float64)


def choose_one_to_one(i: Ints, j: Ints, decided: Decided) -> Ints:
    """Return which pairs, in their order, are kept so that no report stands in two."""
    used_left, used_right = set(decided.left), set(decided.right)
    chosen = []
    for position, pair in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        if pair[0] not in used_left and pair[1] not in used_right and pair not in decided.refused:
            used_left.add(pair[0])
            used_right.add(pair[1])
            chosen.append(position)
    return np.array(chosen, dtype=np.int64)
