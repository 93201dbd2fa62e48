"""Evidence: what is known of an answer before its score is."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final

FLAGS: Final = (
    "loose",
    "partial",
    "housed",
    "related",
    "confirmed",
    "elsewhere",
    "spelled",
    "chosen",
    "agrees",
    "conflicts",
    "stated",
    "named",
    "outside",
)
NEAR: Final = 100.0  # metres: the scale of distances to a border


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is known of an answer before its score is.

    Attributes
    ----------
    reason
        Which rule found it.
    zone
        centre, suburb or outskirts.
    border
        Metres to the limit of its area; 0 for an area.
    """

    reason: str
    zone: str
    radius: float
    border: float = 0.0
    similarity: float = 1.0
    words: int = 1  # telling words that name it
    covered: float = 1.0  # share of the telling words of the text that name anything known
    common: float = 0.0  # logarithm of how many names have all these words
    loose: bool = False  # said with a type that the gazetteer does not know it by
    partial: bool = False  # the part of the text says more words than the name has
    housed: bool = False  # the text tells a house: what it names is the barrio around it
    related: bool = False  # it tells how the place lies to what it names
    confirmed: bool = False  # two sources put the name there
    elsewhere: bool = False  # a coarse position of the name lies far away
    spelled: bool = False
    chosen: bool = False  # of several of one name, by what else the text says
    agrees: bool = False  # something else that is named lies near
    conflicts: bool = False
    stated: bool = False  # the row names the corregimiento
    named: bool = False  # the last words of the text do
    outside: bool = False  # what is named does not lie in it

    def features(self) -> dict[str, float]:
        """Return what the score is made of, by name."""
        return {"border": log(1.0 + self.border / NEAR), **self.identity()}

    def identity(self) -> dict[str, float]:
        """Return what the trust is made of, by name: whether the right thing was found, wherever limits run."""
        reason = "landmark" if self.reason == "reviewed" else self.reason
        return {
            f"reason={reason}": 1.0,
            f"zone={self.zone}": 1.0,
            "dissimilarity": 1.0 - self.similarity,
            "one_word": float(self.words <= 1),
            "three_words": float(self.words >= 3),
            "uncovered": 1.0 - self.covered,
            "common": self.common,
            **{name: float(getattr(self, name)) for name in FLAGS},
        }

    def spread(self, trust: float) -> dict[str, float]:
        """Return what the logarithm of the radius is made of, by name."""
        return {
            f"reason={self.reason}": 1.0,
            f"zone={self.zone}": 1.0,
            "log_radius": log(max(self.radius, 1.0)),
            "housed": float(self.housed),
            "related": float(self.related),
            "confirmed": float(self.confirmed),
            "doubt": 1.0 - trust,
        }
