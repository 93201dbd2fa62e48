"""Names as a machine compares them: without accents, capitals or punctuation; those of the months."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
ONLY_WORDS = re.compile(r"[^a-z0-9]+")


def plain_text(text: str) -> str:
    """Return lower case words without accents, one blank between them.

    As the database's plain_text(), but trimmed, and with the letters of nº and 1ª, which people write as no and 1a.
    """
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return ONLY_WORDS.sub(" ", bare.lower()).strip()


def build_code(names: Sequence[str]) -> str:
    """Build a code from names, the broadest first: `alvaro-obregon.el-capulin`."""
    return ".".join(plain_text(name).replace(" ", "-") for name in names)
