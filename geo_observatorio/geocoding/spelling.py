"""Spelling: words that nobody knows become the known word that was meant, or stay."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST: Final = 4  # letters: shorter words are not corrected
SHORTEST_FAULTY: Final = 5  # letters from which one fault is forgiven, not only one of sound
LONG: Final = 10  # letters from which two faults are forgiven
GRAMMAR_COUNTS: Final = 20  # as if so many names had a word of the grammar
GLUING: Final = (
    "urbanizacion",
    "residencial",
    "barriada",
    "avenida",
    "edificio",
    "escuela",
    "sector",
    "calle",
    "villa",
    "casa",
    "via",
    "ave",
    "san",
)
SOUNDS: Final = tuple(
    (re.compile(written), sound)
    for written, sound in (
        (r"ph", "f"),
        (r"h", ""),
        (r"qu(?=[ei])|ck|k|q", "c"),
        (r"c(?=[ei])|z|ss", "s"),
        (r"g(?=[ei])", "j"),
        (r"v|w", "b"),
        (r"ll|y", "i"),
        (r"x", "s"),
        (r"(.)\1", r"\1"),
    )
)


def sound_of(word: str) -> str:
    """Return how a Spanish word sounds: Balboa and valvoa are one."""
    for written, sound in SOUNDS:
        word = written.sub(sound, word)
    return word


class Speller:
    """Known words, and what unknown ones were meant to be.

    Parameters
    ----------
    counts
        Known words and how often each occurs; the more frequent wins between equals.
    """

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for word in counts:
            if len(word) >= SHORTEST and word.isalpha():
                self._by_sound[sound_of(word)].append(word)
                self._by_first[word[0]].append(word)
        self._meant: dict[str, tuple[str, ...]] = {}

    def correct(self, words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
        """Return the words as they were meant, and what was changed: as written, as read."""
        read: list[str] = []
        changed: list[tuple[str, str]] = []
        for word in words:
            if word in self._counts or len(word) < SHORTEST or not word.isalpha():
                read.append(word)
                continue
            if word not in self._meant:
                self._meant[word] = self._look_up(word)
            meant = self._meant[word]
            read += meant
            if meant != (word,):
                changed.append((word, " ".join(meant)))
        return read, changed

    def forget(self) -> None:
        """Drop what was looked up."""
        self._meant.clear()

    def _look_up(self, word: str) -> tuple[str, ...]:
        alike = self._by_sound.get(sound_of(word))
        if alike:
            return (max(alike, key=self._counts.__getitem__),)
        return self._part(word) or self._nearest(word) or (word,)

    def _part(self, word: str) -> tuple[str, ...]:
        """Part a type word from the name that is glued to it: viaespana."""
        for first in GLUING:
            rest = word[len(first) :]
            if word.startswith(first) and len(rest) >= SHORTEST and rest in self._counts:
                return (first, rest)
        return ()

    def _nearest(self, word: str) -> tuple[str, ...]:
        """Return the known word that is at most one fault away, two in long words; its first letter is trusted."""
        if len(word) < SHORTEST_FAULTY:
            return ()
        most = 2 if len(word) >= LONG else 1
        near = process.extract(word, self._by_first.get(word[0], []), scorer=OSA.distance, score_cutoff=most, limit=5)
        near = [found for found in near if not _is_inflection(word, found[0])]
        if not near:
            return ()
        return (min(near, key=lambda found: (found[1], -self._counts[found[0]]))[0],)


def count_words(of_names: Counter[str], known: Iterable[str]) -> Counter[str]:
    """Count the words of names and those of the grammar; the latter count much, so that they win."""
    return of_names + Counter(dict.fromkeys(known, GRAMMAR_COUNTS))


def _is_inflection(word: str, other: str) -> bool:
    """Tell whether two words differ at their end only: palma, palmas and palmar are three names."""
    shorter = min(len(word), len(other)) - 1
    return word[:shorter] == other[:shorter]
