"""What became of a file: the account that its sender gets back and the database keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

POINT_METHODS: Final = ("coordinate", "crossing", "landmark", "street")


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What became of a file; rows_read = inserted + updated + duplicate + quarantined.

    Attributes
    ----------
    blank
        Lines below the header without data: empty, totals, the header again.
    by_rule
        Quarantined rows by the rule that refused them.
    examples
        The first quarantined rows: sheet, line, rule, field; nothing of their content.
    placed_by_method, repaired_by_rule
        Of the inserted and updated rows.
    sent_by
        Who sent the file, as she named herself; empty where it came by the command line.
    template
        The version of the source's template: the same for the same rules of reading.
    counts
        Of a table of counts: how many counts were new, amended or known, and how many have no category of the scheme.
    already_known
        The same bytes were received before: this is the report of then, and nothing changed.
    """

    source: str
    municipality: str
    file_name: str
    sha256: str
    bytes: int
    rows_read: int
    inserted: int
    updated: int
    duplicate: int
    quarantined: int
    blank: int
    by_rule: dict[str, int]
    examples: list[dict[str, Any]]
    placed_by_method: dict[str, int]
    repaired_by_rule: dict[str, int]
    first_day: str | None
    last_day: str | None
    seconds: float
    rows_per_second: float
    sent_by: str = ""
    template: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    delivery: str = ""
    already_known: bool = False
    dry_run: bool = False

    @property
    def placed(self) -> int:
        """Return how many incidents have a credible point."""
        return sum(n for method, n in self.placed_by_method.items() if method in POINT_METHODS)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)
