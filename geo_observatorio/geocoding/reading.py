"""Reading: the text of an address as words, parts and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo_observatorio.geocoding.answers import Parse
from geo_observatorio.geocoding.gazetteer import Gazetteer
from geo_observatorio.geocoding.grammar import Span, describe_spans, parse_words
from geo_observatorio.geocoding.spelling import Speller, count_words
from geo_observatorio.geocoding.stated import part_streets
from geo_observatorio.geocoding.vocabulary import SMALL_WORDS, Vocabulary
from geo_observatorio.geocoding.words import BREAK, SLASH, split_words

DUMB: Final = frozenset(("de", "del", "la", "el", "num"))  # words without which a text says as little
UNTOLD: Final = frozenset(("house", "floor", "area", "sector"))
HOUSED: Final = frozenset(("house", "floor", "sector"))


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as it was understood; `telling` are the positions of the words that tell a place."""

    words: list[str]
    spans: list[Span]
    parse: Parse
    spelled: bool
    says_nothing: bool
    telling: tuple[int, ...]

    @property
    def tells_house(self) -> bool:
        """Tell whether a house, a floor or a sector is told."""
        return any(span.role in HOUSED for span in self.spans)


class TextReader:
    """Reads texts by the words of the grammar and of one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._vocabulary = gazetteer.vocabulary
        self._speller = Speller(count_words(gazetteer.word_counts, self._vocabulary.known))

    def forget(self) -> None:
        """Drop the spellings that were looked up."""
        self._speller.forget()

    def read(self, text: str) -> ReadText:
        """Return a text as words and parts, its spelling corrected."""
        words, changed = self._speller.correct(split_words(text, self._vocabulary))
        spans = part_streets(parse_words(words, self._vocabulary), words, self._gazetteer.streets, self._vocabulary)
        notes = tuple(("spelling", f"{written} → {meant}") for written, meant in changed)
        return ReadText(
            words=words,
            spans=spans,
            parse=Parse(text=" ".join(words), parts=describe_spans(spans, words), notes=notes),
            spelled=bool(changed),
            says_nothing=says_nothing(words, self._vocabulary),
            telling=tuple(_list_telling(words, spans, self._vocabulary)),
        )


def says_nothing(words: list[str], vocabulary: Vocabulary) -> bool:
    """Tell whether every piece of a text is one of those that say nothing."""
    pieces: list[list[str]] = [[]]
    for word in words:
        if word == BREAK:
            pieces.append([])
        elif word != SLASH:
            pieces[-1].append(word)
    return all(_is_empty(piece, vocabulary) for piece in pieces)


def _is_empty(piece: list[str], vocabulary: Vocabulary) -> bool:
    bare = [word for word in piece if word not in DUMB]
    if " ".join(bare) in vocabulary.empty or " ".join(piece) in vocabulary.empty:
        return True
    return not any(word.isalpha() and len(set(word)) > 1 for word in bare)


def _list_telling(words: list[str], spans: list[Span], vocabulary: Vocabulary) -> list[int]:
    """Return the positions of the words that tell a place: no relations, types, houses or corregimientos."""
    told = [i for span in spans if span.role not in UNTOLD for i in range(span.start, span.end)]
    dumb = SMALL_WORDS | {BREAK, SLASH}
    return [i for i in told if words[i] not in dumb and not vocabulary.role_of(words[i])]
