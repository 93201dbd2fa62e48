"""`observatorio receipt`: what became of a file, as a document for who sent it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.services.receipts import find_receipt


@click.command()
@click.argument("delivery")
@click.option("--format", "form", type=click.Choice(["json", "pdf"]), default="json", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Archivo; sin él, la salida estándar.")
@pass_context
def receipt(context: Context, delivery: str, form: str, out: Path | None) -> None:
    """Escribe el recibo de una entrega: archivo, huella, período, cuentas, reglas, quién."""
    with context.begin() as conn:
        found = find_receipt(conn, delivery)
    if form == "json":
        content = (json.dumps(found.as_dict(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    else:
        from geo_observatorio.reports.receipts import to_pdf  # noqa: PLC0415  # typst: 20 MB, for this alone

        content = to_pdf(found, context.settings.language)
    if out is None:
        click.echo(content, nl=False)
        return
    out.write_bytes(content)
    context.say("Recibo en {file}.", file=out)
