"""Names as people write them: abbreviated, misspelt, in capitals."""

from __future__ import annotations

import numpy as np

from geo_observatorio.geocoding.vocabulary import read_rows


class Writer:
    """Writes names as people do."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._short: dict[str, list[str]] = {}
        for row in read_rows("palabras.csv"):
            if row["cuando"] == "siempre" and row["palabra"].isalpha() and row["escrito"].isalpha():
                self._short.setdefault(row["palabra"], []).append(row["escrito"])

    def write(self, name: str) -> str:
        """Return one way to write a name."""
        words = [self._shorten(word) for word in name.split()]
        if self._rng.random() < 0.25:
            words = self._misspell(words)
        text = " ".join(words)
        return text.upper() if self._rng.random() < 0.4 else text

    def _shorten(self, word: str) -> str:
        written = self._short.get(word.lower())
        if written is None or self._rng.random() < 0.5:
            return word
        short = str(self._rng.choice(written))
        return f"{short.capitalize()}." if len(short) < 5 else short

    def _misspell(self, words: list[str]) -> list[str]:
        long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if not long:
            return words
        i = int(self._rng.choice(long))
        at = int(self._rng.integers(1, len(words[i]) - 1))
        return [*words[:i], self._fault(words[i], at), *words[i + 1 :]]

    def _fault(self, word: str, at: int) -> str:
        sounds = str.maketrans("vbzsVBZS", "bvszBVSZ")
        kind = self._rng.integers(4)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if kind == 2:
            return word[:at] + word[at] + word[at:]
        return word.translate(sounds)
