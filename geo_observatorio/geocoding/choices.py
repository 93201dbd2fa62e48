"""Choices: what words of an address may mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan


@dataclass(slots=True)
class Choice:
    """One thing that a mention may mean; without a point it is one of the areas that a long street runs through."""

    reason: str
    kind: str
    name: str
    area: str
    x: float = nan
    y: float = nan
    radius: float = 0.0
    positions: tuple[int, ...] = ()
    similarity: float = 1.0
    loose: bool = False
    partial: bool = False
    coarse: bool = False
    common: bool = False
    confirmed: bool = False  # two sources put the name there
    elsewhere: bool = False  # a coarse position of the name lies far away
    share: float = 1.0

    @property
    def is_point(self) -> bool:
        """Tell whether it has a point."""
        return self.x == self.x  # NaN is the one value unlike itself


@dataclass(slots=True)
class Mention:
    """Words of an address that name something: where they stand, their relation, and all that they may mean."""

    start: int
    end: int
    relation: str
    choices: list[Choice] = field(default_factory=list)
    beside: bool = False  # it stands in the column of barrios, not in the address


def share_words(one: Mention, other: Mention) -> bool:
    """Tell whether two mentions are told by the same words."""
    return one.beside == other.beside and one.start < other.end and other.start < one.end
