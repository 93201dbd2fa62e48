"""Cells of a row: what says nothing, what is read as text, how a repair is noted, and how a row is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from geo_observatorio.names import plain_text
from geo_observatorio.sources.mending import mend_letters
from geo_observatorio.sources.sheets import Repair
from geo_observatorio.sources.values import FORMULA_ERRORS, hide_personal, read_text

__all__ = ["Repair", "RowRejectedError", "is_empty", "make_trace", "read_words"]

NO_VALUE: Final = frozenset(("", "n a", "na", "s d", "sd", "s n", "nd", "null", "none", "nan", "sin dato", "sin datos"))
LONGEST_WITHOUT_VALUE: Final = 13  # letters: longer cells say something


class RowRejectedError(Exception):
    """A row cannot become an incident: the rule that refuses it and the field it looks at."""

    def __init__(self, rule: str, field: str) -> None:
        self.rule, self.field = rule, field
        super().__init__(f"{rule}: {field}")


def is_empty(value: object) -> bool:
    """Return whether a cell says nothing: empty, or one of the usual words for that."""
    if value is None or value == "" or value != value:  # noqa: PLR0124  # NaN is the one value unlike itself
        return True
    if not isinstance(value, str) or len(value) > LONGEST_WITHOUT_VALUE or value[0].isdigit() or value[-1].isdigit():
        return False
    return plain_text(value) in NO_VALUE or value in FORMULA_ERRORS


def read_words(row: Mapping[str, object], name: str, repairs: list[Repair]) -> str:
    """Return a cell as one line of text; letters that were encoded twice are put right, and noted."""
    written = row.get(name)
    text = read_text(written)
    if text.isascii():
        if text not in FORMULA_ERRORS:
            return text
        repairs.append(make_trace(name, text, "", "formula_error"))
        return ""
    if not isinstance(written, str) or (mended := mend_letters(written)) == written:
        return "" if text in FORMULA_ERRORS else text
    text = read_text(mended)
    repairs.append(make_trace(name, hide_personal(written.replace("\0", "")), hide_personal(text), "double_encoding"))
    return text


def make_trace(field_name: str, before: str, after: str, rule: str) -> Repair:
    """Note what was understood otherwise than written."""
    return {"field": field_name, "from": before, "to": after, "rule": rule}
