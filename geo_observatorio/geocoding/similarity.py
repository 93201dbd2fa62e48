"""Names that are nearly the same: the rare words count, types must not contradict, numbers must agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log
from typing import Final

from geo_observatorio.geocoding.vocabulary import Vocabulary

LEAST: Final = 0.68  # similarity from which a name may be meant
LEAST_OF_ONE_WORD: Final = 0.85  # where one telling word is all that is shared
RARE: Final = 40  # a word of more names than this finds none by itself
MOST: Final = 8  # names that are returned
TYPE_WEIGHT: Final = 0.25  # a type word says little, and so does the name of a corregimiento
CONTRADICTION: Final = 0.5  # an iglesia is no escuela
FEW_NUMBERS: Final = 0.55  # a number that only one of the names has


class SimilarNames:
    """Names by their words.

    Parameters
    ----------
    names
        Keys of names: words without small ones.
    areas
        Plain names of corregimientos: their words tell little.
    """

    def __init__(self, names: Iterable[str], areas: Iterable[str], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._of_areas = frozenset(word for area in areas for word in area.split())
        self._words = {name: frozenset(name.split()) for name in names}
        counts = Counter(word for words in self._words.values() for word in words)
        self._counts = counts
        total = len(self._words) + 1.0
        self._weight = {word: self._weigh(word, log(total / count)) for word, count in counts.items()}
        self._unknown = log(total)
        self._names_of: dict[str, list[str]] = defaultdict(list)
        for name, words in self._words.items():
            for word in words:
                self._names_of[word].append(name)
        self._found: dict[str, list[tuple[str, float]]] = {}
        self._common: dict[frozenset[str], float] = {}

    def find(self, key: str) -> list[tuple[str, float]]:
        """Return names like a key with their similarity (0 to 1), the most similar first."""
        if key not in self._found:
            self._found[key] = self._look_up(key)
        return self._found[key]

    def _look_up(self, key: str) -> list[tuple[str, float]]:
        words = frozenset(key.split())
        rare = [word for word in words if self._tells(word) and self._counts[word] <= RARE]
        names = {name for word in rare for name in self._names_of.get(word, ())}
        scored = [(name, self._compare(words, self._words[name])) for name in names]
        return sorted((s for s in scored if s[1] > 0), key=lambda s: (-s[1], s[0]))[:MOST]

    def forget(self) -> None:
        """Drop what was looked up."""
        self._found.clear()
        self._common.clear()

    def commonness(self, words: Iterable[str]) -> float:
        """Return the logarithm of how many names have all of some words; 0 where only one has."""
        wanted = frozenset(words)
        if wanted not in self._common:
            rarest = min(wanted, key=lambda word: self._counts[word], default="")
            bearers = sum(wanted <= self._words[name] for name in self._names_of.get(rarest, ()))
            self._common[wanted] = log(max(1, bearers))
        return self._common[wanted]

    def _tells(self, word: str) -> bool:
        return not self._vocabulary.role_of(word) and word not in self._of_areas

    def _compare(self, words: frozenset[str], name: frozenset[str]) -> float:
        """Return how similar two names are; 0 where it is too little to be meant."""
        shared = self._sum(words & name)
        score = 2 * shared / (self._sum(words) + self._sum(name))
        families = [{self._vocabulary.family_of(word) for word in one} - {""} for one in (words, name)]
        if families[0] and families[1] and not families[0] & families[1]:
            score *= CONTRADICTION
        numbers = [{word for word in one if word.isdigit()} for one in (words, name)]
        score = score if numbers[0] == numbers[1] else score * FEW_NUMBERS
        telling = sum(self._tells(word) for word in words & name)
        return score if score >= (LEAST if telling > 1 else LEAST_OF_ONE_WORD) and telling else 0.0

    def _sum(self, words: frozenset[str]) -> float:
        return sum(self._weight.get(word, self._weigh(word, self._unknown)) for word in words)

    def _weigh(self, word: str, weight: float) -> float:
        return weight if self._tells(word) else weight * TYPE_WEIGHT
