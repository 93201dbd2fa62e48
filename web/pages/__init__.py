"""The pages: one blueprint a file, listed here."""

from __future__ import annotations

from flask import Blueprint

from web.pages import compare, data, downloads, findings, health, home, limits, map, methods, snapshots  # noqa: A004

PAGES: tuple[Blueprint, ...] = (
    home.bp,
    map.bp,
    compare.bp,
    data.bp,
    methods.bp,
    snapshots.bp,
    findings.bp,
    downloads.bp,
    limits.bp,
    health.bp,
)
