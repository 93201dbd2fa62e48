"""`observatorio fix-me ...`: what waits in quarantine leaves as a file to correct."""

from __future__ import annotations

from pathlib import Path

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.services.fix_me import write_fix_me


@click.command("fix-me")
@click.argument("delivery")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Archivo CSV que se escribe."
)
@pass_context
def fix_me(context: Context, delivery: str, out: Path) -> None:
    """Escribe lo que una entrega tiene en cuarentena como un CSV para corregir y cargar otra vez."""
    with context.begin() as conn:
        content = write_fix_me(conn, delivery, context.settings.language)
    out.write_bytes(content)
    context.say("Corrija {file} y cárguelo como un archivo más de la misma fuente.", file=out)
