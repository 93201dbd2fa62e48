"""Plain values: dataclasses as JSON knows them, days and moments as ISO text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any


def to_plain(value: Any) -> dict[str, Any]:
    """Return a dataclass, and all that it holds, as plain JSON values."""
    return asdict(value, dict_factory=_join)


def _join(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _write(value) for name, value in pairs}


def _write(value: Any) -> Any:
    if isinstance(value, date):  # a moment is a date too
        return value.isoformat()
    return [_write(item) for item in value] if isinstance(value, list | tuple) else value
