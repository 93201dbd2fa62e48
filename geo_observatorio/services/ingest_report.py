"""What became of a file: the account that its sender gets back and the database keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row

from geo_observatorio.db.municipalities import Municipality
from geo_observatorio.services.sending import Account, Sending
from geo_observatorio.sources.templates import AnyTemplate, version_of
from geo_observatorio.sources.values import read_text

LONGEST_NAME: Final = 200  # letters of a file's name that are kept
POINT_METHODS: Final = ("coordinate", "crossing", "landmark", "street")


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What became of a file; rows_read = inserted + updated + duplicate + quarantined.

    Attributes
    ----------
    blank, header, footer, outside
        Lines without data: empty; the header, again too, and titles above it; totals and notes; of sheets without a
        table.
    sheets
        Each sheet: its encoding, hidden or not, how many of its rows are hidden (of a hidden sheet all, none is read),
        the fields that its header lacks.
    solved
        Rows that were in quarantine and that this file corrected.
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
    seconds: float = 0.0
    rows_per_second: float = 0.0
    header: int = 0
    footer: int = 0
    outside: int = 0
    sheets: list[dict[str, Any]] = field(default_factory=list)
    solved: int = 0
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

    @property
    def lines(self) -> int:
        """Return how many lines the file has: those of data and all others."""
        return self.rows_read + self.blank + self.header + self.footer + self.outside

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A file, who sent it and where it belongs."""

    path: Path
    sha256: str
    template: AnyTemplate
    place: Municipality
    sending: Sending


def describe_file(file: Received) -> dict[str, Any]:
    """Return what a report says of the file itself."""
    return {
        "source": file.template.code,
        "municipality": file.place.code,
        "file_name": tidy_file_name(file.sending.file_name or file.path.name),
        "sha256": file.sha256,
        "bytes": file.path.stat().st_size,
        "sent_by": file.sending.sent_by,
        "template": version_of(file.template),
    }


def make_report(
    counts: Sequence[Row[Any]],
    account: Account,
    file: Received,
    contradictions: Sequence[dict[str, Any]],
    repairs: dict[str, int],
) -> IngestReport:
    """Make the report of a file of what was decided about its rows."""
    outcomes: Counter[str] = Counter()
    methods: Counter[str] = Counter()
    for row in counts:
        outcomes[row.outcome] += row.n
        if row.outcome in {"inserted", "updated"}:
            methods[row.method] += row.n
    by_rule = account.by_rule + Counter({"contradictory_id": outcomes["quarantined"]})
    return IngestReport(
        **describe_file(file),
        rows_read=account.rows_read,
        inserted=outcomes["inserted"],
        updated=outcomes["updated"],
        duplicate=outcomes["duplicate"],
        quarantined=by_rule.total(),
        **account.tell_lines(),
        by_rule=dict(sorted(by_rule.items())),
        examples=[*account.examples, *contradictions],
        placed_by_method=dict(sorted(methods.items())),
        repaired_by_rule=repairs,
        first_day=min((row.first_day.isoformat() for row in counts), default=None),
        last_day=max((row.last_day.isoformat() for row in counts), default=None),
    )


def tidy_file_name(name: str) -> str:
    """Return a file's name as one line of visible letters, and not too many."""
    text = read_text(name)
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 20]}...{text[-17:]}"
