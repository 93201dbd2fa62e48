"""Conservation: what the account of each delivery says is counted again from where its rows are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from geo_observatorio.db.deliveries import count_again


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure of a delivery's account that is not what is kept."""

    delivery: str
    file_name: str
    figure: str
    told: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Recount:
    """How many deliveries and rows were counted again, and what differs."""

    deliveries: int
    rows: int
    differences: list[Difference]


def recount(conn: Connection) -> Recount:
    """Count the rows of all deliveries again."""
    accounts = count_again(conn)
    differences = [difference for account in accounts for difference in _compare(account)]
    rows = sum(account.rows_read for account in accounts)
    return Recount(deliveries=len(accounts), rows=rows, differences=differences)


def _compare(account: Row[Any]) -> Iterator[Difference]:
    parts = account.inserted + account.updated + account.duplicate + account.quarantined
    kept = account.inserted + account.updated + account.quarantined
    for figure, told, found in (
        ("rows_read", account.rows_read, parts),
        ("inserted + updated + quarantined", kept, account.lines),
        ("quarantined", account.quarantined, account.refused),
        ("report", account.rows_read, account.report.get("rows_read", 0)),
    ):
        if told != found:
            yield Difference(
                delivery=str(account.id), file_name=account.file_name, figure=figure, told=told, kept=found
            )
