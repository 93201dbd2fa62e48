"""`observatorio doctor`: what is missing and the command that mends it."""

from __future__ import annotations

import sys

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.language import translate
from geo_observatorio.services.doctor import Check, examine


@click.command()
@pass_context
def doctor(context: Context) -> None:
    """Dice qué falta y la orden que lo arregla; sale con 1 si falta algo."""
    checks = []
    for check in examine(context.settings):
        click.echo(describe(check, context.settings.language))
        checks.append(check)
    missing = sum(not check.well for check in checks)
    context.say("Todo está en orden." if not missing else "Faltan {missing} cosas.", missing=missing)
    sys.exit(1 if missing else 0)


def describe(check: Check, language: str) -> str:
    """Write a check as one line: a mark, the name, what was found, and the command where it is missing."""
    mark = "✓" if check.well else "✗"
    parts = [f"{mark} {translate(check.name, language)}"]
    parts += [check.found] if check.found else []
    parts += [] if check.well else [translate("se arregla con: {mend}", language).format(mend=check.mend)]
    return " · ".join(parts)
