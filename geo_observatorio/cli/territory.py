"""`observatorio municipality|layers|population|gazetteer|snapshot ...`: where things are."""

from __future__ import annotations

from pathlib import Path

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.services.municipalities import add_municipality

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def municipality() -> None:
    """Los municipios."""


@municipality.command("add")
@click.argument("file", type=FILE)
@pass_context
def municipality_add(context: Context, file: Path) -> None:
    """Agrega el municipio que describe un archivo TOML."""
    with context.begin() as conn:
        added = add_municipality(conn, file)
    context.say("Municipio {code}: {name}.", code=added.code, name=added.name)
