"""`observatorio ingest ...`: an institution's file comes in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.language import format_number, translate
from geo_observatorio.rules import RULES
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.ingest_report import IngestReport

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
COUNTS = {
    "inserted": "nuevos",
    "updated": "corregidos",
    "duplicate": "ya conocidos",
    "without_category": "sin categoría del esquema",
}
METHODS = {
    "coordinate": "por coordenada",
    "landmark": "por un lugar conocido",
    "crossing": "por un cruce",
    "street": "por una calle",
    "barrio": "solo el barrio",
    "corregimiento": "solo el área",
    "none": "sin ubicar",
}
REPAIRS = {
    "area_middle": "coordenada en el centro de un área: no se usa",
    "category_not_in_force": "categoría que no regía en esa fecha",
    "coarse_coordinate": "coordenada con pocos decimales: no se usa",
    "decimal_comma": "coma decimal",
    "degrees_for_metres": "grados en lugar de metros",
    "degrees_minutes": "grados y minutos",
    "double_encoding": "letras codificadas dos veces",
    "eastern_zone": "metros de la zona UTM al este",
    "end_of_day": "24:00, el final del día",
    "exchanged_degrees_for_metres": "grados en lugar de metros, cambiados",
    "exchanged_metres": "metros cambiados",
    "exchanged_and_lost_minus": "coordenadas cambiadas y sin signo",
    "exchanged_coordinates": "coordenadas cambiadas",
    "label_by_position": "concepto reconocido por su columna",
    "label_filled_down": "concepto tomado de la celda combinada de arriba",
    "formula_error": "fórmula sin valor",
    "hour_range": "entre dos horas",
    "impossible_age": "edad imposible",
    "lost_minus": "coordenada sin su signo",
    "merged_cell": "celda combinada",
    "metres_for_degrees": "metros en lugar de grados",
    "other_encoding": "otra codificación de letras",
    "outside_district": "coordenada fuera del distrito: no se usa",
    "personal_number_removed": "número personal retirado",
    "pile": "coordenada por defecto: no se usa",
    "repeated_hour_first": "hora repetida por el cambio de horario",
    "skipped_hour_forward": "hora saltada por el cambio de horario",
    "spreadsheet_serial": "fecha como número de hoja de cálculo",
    "spreadsheet_serial_1904": "fecha como número desde 1904",
    "thousands": "separador de miles",
    "two_digit_year": "año de dos cifras",
    "unreadable_coordinate": "coordenada ilegible",
    "unreadable_date": "fecha ilegible",
    "unreadable_hour": "hora ilegible",
    "year_from_file_name": "año tomado del nombre del archivo",
    "web_mercator": "metros de un mapa web",
    "western_zone": "metros de la zona UTM al oeste",
    "zero_coordinate": "coordenada 0, 0: no se usa",
}


@click.command()
@click.argument("source")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--municipality", default="", help="Código del municipio; sin él, el de la fuente.")
@click.option("--dry-run", is_flag=True, help="Lo hace todo, lo cuenta y no guarda nada.")
@click.option("--json", "as_json", is_flag=True, help="Escribe el informe como un objeto JSON.")
@pass_context
def ingest(context: Context, source: str, file: Path, municipality: str, dry_run: bool, as_json: bool) -> None:
    """Recibe un archivo de incidentes o de conteos de una fuente."""
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
    lines += _part("Ubicadas", report.placed_by_method, METHODS, language)
    lines += _part("Conteos", report.counts, COUNTS, language)
    lines += _part("En cuarentena", report.by_rule, RULES, language)
    lines += _part("Con reparación anotada", report.repaired_by_rule, REPAIRS, language)
    width = max(len(name) for name, _ in lines) + 2
    text = [f"{name:<{width}}{_count(n, language):>12}" for name, n in lines]
    speed = translate("{n} filas por segundo.", language).format(n=format_number(report.rows_per_second, language))
    return "\n".join([*text, speed])


def _part(title: str, counts: dict[str, int], names: dict[str, str], language: str) -> list[tuple[str, int | None]]:
    if not counts:
        return []
    head: list[tuple[str, int | None]] = [(translate(title, language), None)]
    return head + [("  " + translate(names.get(rule, rule), language), n) for rule, n in counts.items()]


def _count(n: int | None, language: str) -> str:
    return "" if n is None else format_number(n, language)
