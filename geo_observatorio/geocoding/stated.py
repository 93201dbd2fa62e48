"""The corregimiento that an address states: by that word, or by its last words; streets named after one state none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from geo_observatorio.geocoding.choices import Mention
from geo_observatorio.geocoding.grammar import Span
from geo_observatorio.geocoding.ground import Ground
from geo_observatorio.geocoding.streets import StreetIndex
from geo_observatorio.geocoding.vocabulary import SMALL_WORDS, Vocabulary

LONGEST_AREA: Final = 5  # words of the name of a corregimiento
BARE: Final = frozenset(("words", "landmark"))
NAMING: Final = frozenset(("", "en", "entrada", "cerca", "despues", "antes", "final"))


@dataclass(frozen=True, slots=True)
class StatedArea:
    """The corregimiento that is stated, '' for none; soft where only the words of a name tell it."""

    code: str
    soft: bool
    start: int = 0
    end: int = 0

    def covers(self, mention: Mention) -> bool:
        """Tell whether a mention is nothing but the name of the area."""
        return self.start <= mention.start and mention.end <= self.end


def find_stated(
    stated: str, words: Sequence[str], spans: Sequence[Span], mentions: Sequence[Mention], ground: Ground
) -> StatedArea:
    """Return the corregimiento that a row or its address states."""
    if stated:
        return StatedArea(stated, soft=False)
    for span in spans:
        if span.role == "area":
            code = _longest_area(words[span.start + 1 : span.end], ground)
            if code:
                return StatedArea(code, soft=False)
    for span in reversed(spans):
        if span.role in BARE and span.relation in NAMING:
            code, start = _area_at_end(words, span, mentions, ground)
            if code:
                return StatedArea(code, soft=True, start=start, end=span.end)
    return StatedArea("", soft=False)


def _longest_area(words: Sequence[str], ground: Ground) -> str:
    """Return the area whose name is the longest that these words begin with."""
    bare = [word for i, word in enumerate(words) if i > 0 or word not in {"de", "del"}]
    names = (" ".join(bare[:length]) for length in range(min(len(bare), LONGEST_AREA), 0, -1))
    return next((ground.by_name[name] for name in names if name in ground.by_name), "")


def _area_at_end(words: Sequence[str], span: Span, mentions: Sequence[Mention], ground: Ground) -> tuple[str, int]:
    """Return the area that a part is named like, or ends with where the words before it name something known."""
    first = span.start
    while first > 0 and words[first - 1] in SMALL_WORDS:  # the article of Las Cumbres
        first -= 1
    for start in range(max(first, span.end - LONGEST_AREA), span.end):
        code = ground.by_name.get(" ".join(words[start : span.end]))
        if code and (not _telling(words[span.start : start]) or _is_named(span.start, start, mentions)):
            return code, start
    return "", 0


def _telling(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in SMALL_WORDS]


def _is_named(start: int, end: int, mentions: Sequence[Mention]) -> bool:
    return any(mention.start <= start + 1 and start < mention.end <= end for mention in mentions)


def part_streets(
    spans: Sequence[Span], words: Sequence[str], streets: StreetIndex, vocabulary: Vocabulary
) -> list[Span]:
    """Part the name of a known street from the words after it, and find streets that are told without a type."""
    parted: list[Span] = []
    for span in spans:
        if span.role == "street" and not span.numbered:
            parted += _part_street(span, words, streets, vocabulary)
        elif span.role in BARE and _is_street(span, words, streets):
            parted.append(replace(span, role="street"))
        else:
            parted.append(span)
    return parted


def _part_street(span: Span, words: Sequence[str], streets: StreetIndex, vocabulary: Vocabulary) -> list[Span]:
    first = span.start + (vocabulary.role_of(words[span.start]) == "street")
    length = streets.longest_name(words[first : span.end], vocabulary.family_of(words[span.start]))
    if not length or first + length == span.end:
        return [span]
    rest = Span("words", first + length, span.end)
    while rest.start < rest.end and words[rest.start] in SMALL_WORDS:
        rest.start += 1
    return [replace(span, end=first + length)] + ([rest] if rest.start < rest.end else [])


def _is_street(span: Span, words: Sequence[str], streets: StreetIndex) -> bool:
    """Tell whether a part without a type is all the name of a long avenue: Transístmica."""
    return streets.is_listed(words[span.start : span.end])
