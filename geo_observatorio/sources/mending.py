"""Letters that were encoded twice on their way, put right where one reading alone is possible."""

from __future__ import annotations

import re
from typing import Final

SUSPECT: Final = re.compile("[ÃÂâ√ƒ]")
RUN: Final = re.compile("[^\x00-\x7f]+")
MEANT: Final = re.compile("[\u00a0-\u017f\u2010-\u2026\u20ac\u2122]+")  # what Spanish texts hold beyond ASCII
CODECS: Final = ("cp1252", "mac_roman")  # what a UTF-8 text was mistaken for
MOST_TIMES: Final = 3


def mend_letters(text: str) -> str:
    """Return a text whose UTF-8 was read as Windows-1252 or Macintosh as it was meant: PanamÃ¡ -> Panamá."""
    for _ in range(MOST_TIMES):
        if text.isascii() or not SUSPECT.search(text):
            return text
        mended = RUN.sub(_mend_run, text)
        if mended == text:
            return text
        text = mended
    return text


def _mend_run(run: re.Match[str]) -> str:
    for codec in CODECS:
        try:
            mended = b"".join(_to_byte(letter, codec) for letter in run.group()).decode("utf-8")
        except UnicodeError:
            continue
        if MEANT.fullmatch(mended):
            return mended
    return run.group()


def _to_byte(letter: str, codec: str) -> bytes:
    try:
        return letter.encode(codec)
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # bytes that the codec gives no letter stand for themselves
