"""The grammar of addresses: words become parts, each with a role and how the place lies to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

from geo_observatorio.geocoding.answers import Part
from geo_observatorio.geocoding.vocabulary import DIRECTIONS, SHORT_MONTHS, SMALL_WORDS, Vocabulary
from geo_observatorio.geocoding.words import BREAK, SLASH

OPENING: Final = frozenset(("street", "barrio", "house", "floor", "kilometre", "area", "sector", "building"))
JOINING: Final = frozenset(("con", "y", "esquina", "entre"))
LENGTHS: Final = {"metros": 1.0, "m": 1.0, "cuadras": 100.0, "cuadra": 100.0, "minutos": 80.0}
METRES_PER_KILOMETRE: Final = 1000.0
NUMBERED_FAMILIES: Final = frozenset(("calle", "avenida", "via"))
NO_LETTERS: Final = frozenset("yu")  # single letters that are words


@dataclass(slots=True)
class Span:
    """Words ``start`` to ``end`` of an address, with their role; `number` where a street is told by a number."""

    role: str
    start: int
    end: int
    relation: str = ""
    metres: float = nan
    numbered: bool = False


def parse_words(words: Sequence[str], vocabulary: Vocabulary) -> list[Span]:
    """Take the words of an address apart."""
    return _Reader(words, vocabulary).read()


def describe_spans(spans: Sequence[Span], words: Sequence[str]) -> tuple[Part, ...]:
    """Return spans as parts that a page can show."""
    return tuple(
        Part(role=s.role, words=" ".join(words[s.start : s.end]), relation=s.relation, metres=s.metres) for s in spans
    )


class _Reader:
    """Walks over the words once, opening and closing spans."""

    def __init__(self, words: Sequence[str], vocabulary: Vocabulary) -> None:
        self.words = words
        self.vocabulary = vocabulary
        self.spans: list[Span] = []
        self.open: Span | None = None
        self.relation = ""
        self.metres = nan

    def read(self) -> list[Span]:
        """Return the spans in their order."""
        at = 0
        while at < len(self.words):
            at += self._read_at(at)
        self._close(len(self.words))
        return self.spans

    def _read_at(self, at: int) -> int:
        """Read what begins at a word; return how many words it took."""
        word = self.words[at]
        if word in {BREAK, SLASH}:
            self._close(at)
            self.relation = "esquina" if word == SLASH else ""
            return 1
        for reading in (self._read_distance, self._read_relation, self._read_prefixed, self._read_type):
            taken = reading(at)
            if taken:
                return taken
        if self.open is None and word not in SMALL_WORDS:
            self._begin(self._role_of_word(at), at)
        return 1

    def _role_of_word(self, at: int) -> str:
        """Return the role of a word without a type: of a number it is the second street, or a house."""
        if not self.words[at].isdigit() or not self._is_lone_number(at):
            return "words"
        return "street" if self.relation in JOINING and self._follows_street() else "house"

    def _read_distance(self, at: int) -> int:
        """Read `a 200 metros de`."""
        if not self.words[at].isdigit():
            return 0
        unit = self._word(at + 1)
        if unit not in LENGTHS and not (
            unit == "kilometro" and self._word(at + 2) in {"de", "del", "despues", "antes"}
        ):
            return 0
        self._close(at - 1 if self._word(at - 1) == "a" else at)
        self.metres = float(self.words[at]) * LENGTHS.get(unit, METRES_PER_KILOMETRE)
        self.relation = "cerca"
        return 2

    def _read_relation(self, at: int) -> int:
        length, relation = self.vocabulary.relations.match(self.words, at)
        if not length:
            return 0
        between = relation == "y" and self.open is not None and self.open.relation == "entre"
        if relation in {"y", "con"} and not between and not self._joins_streets(at, length):
            return 0 if relation == "y" else self._drop(at, length)
        if relation == "entrada" and self.open is not None and self.open.role in {"landmark", "words"}:
            return 0
        self._close(at)
        self.relation = "esquina" if relation in {"y", "con"} else relation
        return length

    def _drop(self, at: int, length: int) -> int:
        self._close(at)
        return length

    def _joins_streets(self, at: int, length: int) -> bool:
        """Tell whether `con` or `y` stands between two streets."""
        before = self.open.role if self.open else (self.spans[-1].role if self.spans else "")
        after = at + length
        while self._word(after) in SMALL_WORDS:
            after += 1
        prefixed = self._word(after).isdigit() and self.vocabulary.role_of(self._word(after + 1)) == "street"
        return before == "street" or self.vocabulary.role_of(self._word(after)) == "street" or prefixed

    def _read_prefixed(self, at: int) -> int:
        """Read `4 calle oriente` (also from `50th street`) and `primera etapa`: the number before the type."""
        role = self.vocabulary.role_of(self._word(at + 1)) if self.words[at].isdigit() else ""
        if (
            role == "sector"
            and not self._word(at + 2).isdigit()
            and self.vocabulary.role_of(self._word(at - 1)) != role
        ):
            self._begin(role, at)
            self._close(at + 2)
            return 2
        if role != "street":
            return 0
        follows_house = self.open is not None and self.open.role in {"house", "floor", "sector", "kilometre"}
        if follows_house or (self._word(at + 2).isdigit()):
            return 0
        self._begin("street", at, numbered=True)
        taken = 2 + (self._word(at + 2) in DIRECTIONS)
        self._close(at + taken)
        return taken

    def _take(self, role: str, at: int, length: int) -> int:
        self._begin(role, at)
        self._close(at + length)
        return length

    def _read_type(self, at: int) -> int:
        role = self.vocabulary.role_of(self.words[at])
        if role == "street":
            self._begin("street", at)
            return 1 + self._read_street_number(at + 1)
        if role in {"house", "floor", "kilometre"}:
            return self._read_numbered(at, role)
        if role == "area":
            self._begin("area", at)
            return 1
        if role in OPENING and not (self.open and self.open.start == at - 1 and self.open.role == "landmark"):
            self._begin(role, at)
            return 1
        if role == "landmark" and self._may_open_landmark(at):
            self._begin("landmark", at)
            return 1
        return 0

    def _may_open_landmark(self, at: int) -> bool:
        """Tell whether a word such as `parque` begins a part: not within a name that has just begun."""
        if self.open is None:
            return True
        return self.open.role in {"street", "barrio"} and at - self.open.start > 1

    def _read_street_number(self, at: int) -> int:
        """Read `12 b 3 oeste` or `12 de octubre` after the type of a street; a street told so ends there."""
        first = at + (self._word(at) in {"no", "num"})
        word = self._word(first)
        is_letter = len(word) == 1 and word.isalpha() and word not in NO_LETTERS and word not in {"a", "e"}
        if word in {"a", "e"}:
            after = self._word(first + 1)
            is_letter = after in {"", BREAK, SLASH, "y", "con", "casa"} or after.isdigit() or after in DIRECTIONS
        if not (word.isdigit() or is_letter):
            return 0
        end = first + 1
        if self._word(end) == "de" and self._word(end + 1) in SHORT_MONTHS:
            end += 2
        else:
            end += self._is_letter_of_number(end) if word.isdigit() else self._word(end).isdigit()
        end += self._word(end) in DIRECTIONS
        end += self._is_letter_of_number(end) and self._word(end - 1) in DIRECTIONS
        if self.open is not None:
            self.open.numbered = True
        self._close(end)
        return end - at

    def _is_letter_of_number(self, at: int) -> bool:
        word = self._word(at)
        if len(word) != 1 or not word.isalpha() or word in NO_LETTERS:
            return False
        after = self._word(at + 1)
        return (
            word not in {"a", "e", "o", "n"} or after in DIRECTIONS or after in {"", BREAK, SLASH, "casa", "y", "con"}
        )

    def _read_numbered(self, at: int, role: str) -> int:
        """Read `casa h 14`, `piso 3`, `kilometro 12`: only with a number or a letter after it."""
        end = at + 1
        while self._word(end) == "num" or self.vocabulary.role_of(self._word(end)) == role:
            end += 1
        first = end
        while end - first < 3 and (self._word(end).isdigit() or (len(self._word(end)) == 1 and self._is_code(end))):
            end += 1
        if end == first:
            return 0
        self._begin(role, at)
        self._close(end)
        return end - at

    def _is_code(self, at: int) -> bool:
        word = self._word(at)
        if word in {"a", "e"}:
            return not self._word(at + 1).isalpha()
        return word.isalpha() and word not in {"y", "o", "u"}

    def _is_lone_number(self, at: int) -> bool:
        after = self._word(at + 1)
        return after in {"", BREAK, SLASH} or not after.isalpha()

    def _begin(self, role: str, at: int, *, numbered: bool = False) -> None:
        self._close(at)
        self.open = Span(role, at, at, self.relation, self.metres, numbered)
        self.relation, self.metres = "", nan

    def _close(self, at: int) -> None:
        if self.open is None:
            return
        span, self.open = self.open, None
        span.end = at
        while span.end > span.start + 1 and self.words[span.end - 1] in SMALL_WORDS:
            if span.numbered:
                break
            span.end -= 1
        if span.role == "words" and span.relation not in {"", "hacia", "en"}:
            span.role = "street" if span.relation in JOINING and self._follows_street() else "landmark"
        self.spans.append(span)

    def _follows_street(self) -> bool:
        return bool(self.spans) and self.spans[-1].role == "street"

    def _word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""
