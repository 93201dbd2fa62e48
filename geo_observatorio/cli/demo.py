"""`observatorio demo-data`: a synthetic city that says it is synthetic."""

from __future__ import annotations

import json
from pathlib import Path

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.services.demo_data import load_demo, write_demo
from geo_observatorio.services.demo_files import INCIDENTS, SEED
from geo_observatorio.services.demo_layer import MUNICIPALITY

SENTENCES = (
    "Ciudad sintética en {municipality}: {places} lugares, {foci} focos plantados, {files} archivos, {seconds} s.",
    "{rows_read} filas: {inserted} insertadas, {updated} actualizadas, {duplicate} repetidas, {quarantined} apartadas.",
    "Con ubicación creíble: {placed}. Se quitaron {removed} hechos de la demostración anterior.",
)


@click.command("demo-data")
@click.option(
    "--incidents", type=click.IntRange(100, 5_000_000), default=INCIDENTS, show_default=True, help="En 24 meses."
)
@click.option(
    "--seed", type=click.IntRange(0), default=SEED, show_default=True, help="La misma semilla, los mismos datos."
)
@click.option("--municipality", default=MUNICIPALITY, show_default=True, help="Código del municipio.")
@click.option("--files-only", type=click.Path(file_okay=False, path_type=Path), help="Solo escribe los archivos aquí.")
@click.option("--json", "as_json", is_flag=True, help="Un objeto JSON en la salida.")
@pass_context
def demo_data(
    context: Context, incidents: int, seed: int, municipality: str, files_only: Path | None, as_json: bool
) -> None:
    """Hace una ciudad sintética dentro de los límites en vigor, en lugar de la que hubiera."""
    with context.begin() as conn:
        if files_only:
            for path in write_demo(conn, files_only, incidents=incidents, seed=seed, municipality=municipality):
                click.echo(path)
            return
        report = load_demo(conn, incidents=incidents, seed=seed, municipality=municipality, progress=context.say)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    for sentence in SENTENCES:
        context.say(sentence, **report.as_dict())
