"""A template as the text of a file: TOML, as those of layers/sources are written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def write_toml(values: Mapping[str, Any], comment: str) -> str:
    """Return the values of a template as TOML: plain values first, then a table for each of the rest."""
    lines = [f"# {' '.join(comment.split())}"]
    tables = {name: value for name, value in values.items() if isinstance(value, Mapping)}
    lines += [f"{name} = {_write(value)}" for name, value in values.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{_key(key)} = {_write(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _write(name)


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):  # a JSON text is a TOML text, but for one letter that TOML wants escaped
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Sequence):
        return "[" + ", ".join(_write(item) for item in value) + "]"
    return repr(value)
