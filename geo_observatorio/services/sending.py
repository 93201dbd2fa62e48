"""How a file came: its sender's name for it, who sent it, and who is told what becomes of it while it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from geo_observatorio.sources.tables import BLANK, FOOTER, HEADER, OUTSIDE, Blank, Opened


@dataclass(kw_only=True)
class Account:
    """The running account of a file while it is read.

    Attributes
    ----------
    without_data
        Lines that are neither data nor empty, by kind.
    sheets
        How each sheet was read, or that it was not.
    """

    rows_read: int = 0
    staged: int = 0
    blank: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    without_data: Counter[str] = field(default_factory=Counter)
    sheets: list[dict[str, Any]] = field(default_factory=list)

    def note(self, item: Blank | Opened) -> None:
        """Count a line without data, or note how the sheet that begins is read."""
        if isinstance(item, Opened):
            self.sheets.append(asdict(item))
        elif item.kind == BLANK:
            self.blank += 1
        else:
            self.without_data[item.kind] += 1

    def tell_lines(self) -> dict[str, Any]:
        """Return the fields of a report that tell sheets and lines without data."""
        counts = {kind: self.without_data[kind] for kind in (HEADER, FOOTER, OUTSIDE)}
        return {"blank": self.blank, **counts, "sheets": self.sheets}


def _tell_nobody(_account: Account) -> None:
    """Let the account of a file run unseen."""


def _say_nothing() -> None:
    """Let a file be kept unseen."""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """How a file came.

    Attributes
    ----------
    file_name
        The name that its sender gave it, where it lies under another.
    sent_by
        Who sent it, as she named herself.
    tell
        Is told the running account after each batch; what it raises ends the ingest, and nothing is kept.
    read_whole
        Is told once, when all rows are read and are about to be kept.
    """

    file_name: str = ""
    sent_by: str = ""
    tell: Callable[[Account], None] = _tell_nobody
    read_whole: Callable[[], None] = _say_nothing


BY_HAND: Final = Sending()  # on the command line: the file has its own name, and nobody watches
