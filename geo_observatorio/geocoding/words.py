"""Words of an address: abbreviations written out, glued words parted, ordinals as numbers, marks kept as breaks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from geo_observatorio.geocoding.vocabulary import DIRECTIONS, SHORT_MONTHS, SMALL_WORDS, Vocabulary

BREAK: Final = ","  # stands between words where the text has a mark that parts them
SLASH: Final = "/"
MOST_LETTERS: Final = 400  # an address is not longer; what follows is a narrative
ORDINAL_MARK: Final = re.compile(r"(\d+)\s*[ªº°]")
ORDINAL_SUFFIX: Final = re.compile(r"\b(\d{1,3})(ra|da|ta|va|na|ma|er|ro|do|to|vo|no|mo|st|nd|rd|th)\b")
ORDINAL_LETTER: Final = re.compile(r"\b(\d{1,3})(?:[ao]\.|[ao]\.?(?=\s+(?:calle|c\b|avenida|ave?\b)))")
SPACED_LETTERS: Final = re.compile(r"\b(?:[a-z]\.\s?){2,}")
NUMBER_MARK: Final = re.compile(r"#|\bn[°º]|\bno\.\s*(?=\d)")
WITHOUT_NUMBER: Final = re.compile(r"\bs\s*/\s*n\b|\bsin numero\b")
ATOM: Final = re.compile(r"[a-z]+|\d+|[,;:()/&\n|]|\s-\s|\.(?=\s|$)")
STREETS: Final = frozenset(("calle", "cl", "cll", "avenida", "ave", "av", "vereda", "c"))
SHORT_DIRECTIONS: Final = DIRECTIONS | {"nte", "ote", "pte"}


def split_words(text: str, vocabulary: Vocabulary) -> list[str]:
    """Return the words of an address as a machine compares them; a comma stands where the text has a break."""
    atoms = _split_atoms(_without_accents(text[:MOST_LETTERS]))
    words: list[str] = []
    start = 0
    while start < len(atoms):
        length, meaning = vocabulary.phrases.match(atoms, start)
        if length:
            words += meaning.split()
        else:
            length = 1
            words += _read_word(atoms, start, vocabulary)
        start += length
    return _write_months(_trim_breaks(words))


def key_of(words: list[str]) -> str:
    """Return the words that tell one name from another: without breaks and small words."""
    return " ".join(word for word in words if word not in SMALL_WORDS and word not in {BREAK, SLASH})


def _without_accents(text: str) -> str:
    marked = ORDINAL_MARK.sub(r"\1 ", text.replace("½", " 1/2"))
    letters = unicodedata.normalize("NFKD", marked)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def _split_atoms(plain: str) -> list[str]:
    plain = WITHOUT_NUMBER.sub(" ", plain)
    plain = NUMBER_MARK.sub(" num ", plain)
    plain = SPACED_LETTERS.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", plain)
    plain = ORDINAL_SUFFIX.sub(r"\1", ORDINAL_LETTER.sub(r"\1 ", plain))
    atoms: list[str] = []
    for atom in ATOM.findall(plain):
        if atom == ".":
            if atoms and len(atoms[-1]) > 5 and atoms[-1].isalpha():  # a full stop, not the point of an abbreviation
                atoms.append(BREAK)
        elif atom in {SLASH, "&"}:
            atoms.append(SLASH)
        elif atom[0].isalnum():
            atoms.append(atom)
        else:
            atoms.append(BREAK)
    return atoms


def _read_word(atoms: list[str], start: int, vocabulary: Vocabulary) -> list[str]:
    atom = atoms[start]
    following = atoms[start + 1] if start + 1 < len(atoms) else ""
    before = atoms[start - 1] if start else BREAK
    if atom in vocabulary.short:
        meaning, where = vocabulary.short[atom]
        if _fits(where, before, following):
            return [meaning]
    if atom.isdigit():
        return [str(int(atom))] if len(atom) < 10 else [atom]
    return [atom]


def _fits(where: str, before: str, following: str) -> bool:
    """Tell whether a short abbreviation may stand here: before a number, at the beginning, as a street."""
    begins = before in {BREAK, SLASH}
    if where == "numero":
        return following.isdigit()
    if where == "calle":
        if before.isdigit():
            return following in SHORT_DIRECTIONS
        return before not in STREETS and (following.isdigit() or (begins and len(following) > 1))
    return begins and following.isalpha() and len(following) > 2


def _write_months(words: list[str]) -> list[str]:
    """Write the months of dates out: 24 de dic."""
    for i in range(2, len(words)):
        if words[i - 1] == "de" and words[i - 2].isdigit() and words[i] in SHORT_MONTHS:
            words[i] = SHORT_MONTHS[words[i]]
    return words


def _trim_breaks(words: list[str]) -> list[str]:
    """Leave no break at an end, none beside another."""
    kept: list[str] = []
    for word in words:
        if word in {BREAK, SLASH} and (not kept or kept[-1] in {BREAK, SLASH}):
            continue
        kept.append(word)
    while kept and kept[-1] in {BREAK, SLASH}:
        kept.pop()
    return kept
