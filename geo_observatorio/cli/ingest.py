"""`observatorio ingest ...`: an institution's file comes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from geo_observatorio.account_names import COUNTS, METHODS, REPAIRS
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.language import format_number, translate
from geo_observatorio.rules import RULES
from geo_observatorio.services.ingest import announce_file, ingest_file
from geo_observatorio.services.ingest_report import IngestReport
from geo_observatorio.services.receipts import find_hidden
from geo_observatorio.sources.values import read_text

OUTCOMES = (
    ("rows_read", "Filas leídas"),
    ("inserted", "  nuevas"),
    ("updated", "  corregidas"),
    ("duplicate", "  repetidas"),
    ("quarantined", "  en cuarentena"),
    ("blank", "Líneas vacías"),
    ("header", "Líneas de título y encabezado"),
    ("footer", "Líneas de totales y notas"),
    ("outside", "Líneas de hojas sin tabla"),
    ("solved", "Salieron de la cuarentena"),
)


@click.command()
@click.argument("source")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", default="", help="Código del municipio; sin él, el de la fuente.")
@click.option("--dry-run", is_flag=True, help="Lo hace todo, lo cuenta y no guarda nada.")
@click.option("--json", "as_json", is_flag=True, help="Escribe el informe como un objeto JSON.")
@pass_context
def ingest(context: Context, source: str, file: Path, municipality: str, dry_run: bool, as_json: bool) -> None:
    """Recibe un archivo de incidentes o de conteos de una fuente."""
    if not dry_run:
        with context.begin() as conn:
            announce_file(conn, source, file)
    with context.begin() as conn:
        report = ingest_file(conn, source, file, municipality=municipality, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    if report.already_known:
        context.say("Este archivo ya se había recibido: nada cambia. Este es su informe de entonces.")
    if dry_run:
        context.say("Solo un ensayo: nada se guardó.")
    click.echo(write_report(report, context.settings.language))


def write_report(report: IngestReport, language: str) -> str:
    """Write a report as a table of counts."""
    lines = [(translate(name, language), getattr(report, field)) for field, name in OUTCOMES]
    hidden = find_hidden(report.sheets)
    lines += _part("Hojas ocultas, que no se leen: sus líneas", hidden.sheets, language)
    lines += _part("Líneas ocultas, que sí se leen, por hoja", hidden.rows, language)
    lines += _part("Ubicadas", _name(report.placed_by_method, METHODS, language), language)
    lines += _part("Conteos", _name(report.counts, COUNTS, language), language)
    lines += _part("En cuarentena", _name(report.by_rule, RULES, language), language)
    lines += _part("Con reparación anotada", _name(report.repaired_by_rule, REPAIRS, language), language)
    width = max(len(name) for name, _ in lines) + 2
    text = [f"{name:<{width}}{_count(n, language):>12}" for name, n in lines]
    speed = translate("{n} filas por segundo.", language).format(n=format_number(report.rows_per_second, language))
    return "\n".join([*text, speed])


def _name(counts: Mapping[str, int], names: Mapping[str, str], language: str) -> dict[str, int]:
    return {translate(names.get(rule, rule), language): n for rule, n in counts.items()}


def _part(title: str, counts: Mapping[str, int], language: str) -> list[tuple[str, int | None]]:
    if not counts:
        return []
    return [(translate(title, language), None), *(("  " + read_text(name), n) for name, n in counts.items())]


def _count(n: int | None, language: str) -> str:
    return "" if n is None else format_number(n, language)
