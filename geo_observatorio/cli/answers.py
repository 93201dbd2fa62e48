"""Answers on standard output: lines in the user's language, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from geo_observatorio.cli.context import Context
from geo_observatorio.language import format_number, translate

NAMED = 10  # how many codes a line names


def tell(context: Context, text: str, /, **values: Any) -> None:
    """Write a line of the answer, numbers as readers write them."""
    language = context.settings.language
    shown = {name: _write(value, language) for name, value in values.items()}
    click.echo(translate(text, language).format(**shown))


def tell_codes(context: Context, text: str, codes: Sequence[str]) -> None:
    """Write a line with ``{n}`` codes, the first ten of them by name."""
    dots = " ..." if len(codes) > NAMED else ""
    tell(context, text, n=len(codes), codes=", ".join(codes[:NAMED]) + dots)


def print_json(value: dict[str, Any]) -> None:
    """Write one JSON object and nothing else; moments as ISO text."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _write(value: Any, language: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return format_number(value, language, decimals=0 if isinstance(value, int) else 3)
