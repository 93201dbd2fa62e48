"""The pages: one blueprint a file, listed here."""

from __future__ import annotations

from flask import Blueprint

from web.pages import (
    addresses,
    aggregates,
    categories,
    changes,
    compare,
    data,
    describing,
    downloads,
    findings,
    health,
    home,
    limits,
    map,  # noqa: A004
    matches,
    methods,
    quality,
    quarantine,
    receipts,
    snapshots,
    sources,
    uploads,
)

PAGES: tuple[Blueprint, ...] = (
    home.bp,
    map.bp,
    compare.bp,
    data.bp,
    addresses.bp,
    quality.bp,
    uploads.bp,
    receipts.bp,
    quarantine.bp,
    methods.bp,
    snapshots.bp,
    aggregates.bp,
    sources.bp,
    describing.bp,
    categories.bp,
    matches.bp,
    changes.bp,
    findings.bp,
    downloads.bp,
    limits.bp,
    health.bp,
)
