"""`observatorio study ...` and `observatorio studies`: the same questions as the pages, with the same answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from analysis import STATISTICS, find_statistic
from geo_observatorio.area_nouns import name_areas_by
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.db.municipalities import find_municipality
from geo_observatorio.db.selections import find_period
from geo_observatorio.errors import NotFoundError, phrase
from geo_observatorio.models import Selection
from geo_observatorio.provenance import Finding
from geo_observatorio.reports import picture, tables
from geo_observatorio.services.studies import run_comparison, run_study

DAY = click.DateTime(formats=["%Y-%m-%d"])
WRITERS: dict[str, Callable[[Finding, str], str | bytes]] = {
    "table": tables.to_text,
    "json": tables.to_json,
    "geojson": lambda finding, _language: tables.to_geojson(finding),
    "gpkg": lambda finding, _language: tables.to_geopackage(finding),
    "csv": lambda finding, _language: tables.to_csv(finding),
    "png": picture.to_png,
}


@click.command()
@click.argument("name")
@click.option("--municipality", required=True, help="Código del municipio.")
@click.option("--since", type=DAY, help="Primer día; si falta, doce meses antes del último.")
@click.option("--until", type=DAY, help="Último día, incluido; si falta, el último con datos.")
@click.option("--after", nargs=2, type=DAY, help="Segundo período de una comparación: primer y último día.")
@click.option("--line", default="", help="Línea: «delitos de alto impacto» o «convivencia».")
@click.option("--category", "categories", multiple=True, help="Código o grupo; se puede repetir.")
@click.option("--source", "sources", multiple=True, help="Fuente; se puede repetir.")
@click.option("--area", "areas", multiple=True, help="Código de corregimiento; se puede repetir.")
@click.option(
    "--weekday", "weekdays", multiple=True, type=int, help="Día de la semana, 1 (lunes) a 7; se puede repetir."
)
@click.option("--hour", "hours", multiple=True, type=int, help="Hora, 0 a 23; se puede repetir.")
@click.option("--level", default="", help="Nivel de los límites.")
@click.option("--snapshot", default="", help="Nombre de la instantánea en que se fija la pregunta.")
@click.option("--as-of", "as_of", help="Con lo que se sabía en ese momento (ISO 8601, con zona).")
@click.option("--param", "params", multiple=True, help="Parámetro del estudio: nombre=valor; se puede repetir.")
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), default="table", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Archivo; si falta, la salida.")
@pass_context
def study(
    context: Context,
    /,
    name: str,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, datetime] | None,
    params: tuple[str, ...],
    kind: str,
    out: Path | None,
    as_of: str | None,
    **filters: object,
) -> None:
    """Responde la misma pregunta que la página, con las mismas cifras."""
    statistic = find_statistic(name)
    options = statistic.params.read(dict(_split(text) for text in params))
    with context.begin() as conn:
        chosen = find_municipality(conn, str(filters["municipality"])).code
        first, last = _period(chosen, find_period(conn, chosen), since, until)
        moment = _moment(as_of)
        selection = Selection(since=first, until=last, as_of=moment, **filters)  # type: ignore[arg-type]
        if after:
            later = Selection(since=after[0].date(), until=after[1].date(), as_of=moment, **filters)  # type: ignore[arg-type]
            finding = run_comparison(conn, name, selection, later, options)
        else:
            finding = run_study(conn, name, selection, options)
    name_areas_by(finding.provenance.question.selections[0].level)
    _write(WRITERS[kind](finding, context.settings.language), out)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Un objeto JSON y nada más.")
def studies(as_json: bool) -> None:
    """Lista los estudios, con sus parámetros y valores por defecto."""
    catalogue = [statistic.describe() for statistic in STATISTICS.values()]
    if as_json:
        click.echo(json.dumps({"studies": catalogue}, ensure_ascii=False))
        return
    for entry in catalogue:
        click.echo(entry["name"])
        for option, default in entry["params"].items():
            click.echo(f"    {option} = {'' if default is None else default}")


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"nombre=valor «{text}»", param_hint="--param")
    return name.strip(), value.strip()


def _period(  # what was delivered, and what was asked for
    municipality: str, known: tuple[date, date] | None, since: datetime | None, until: datetime | None
) -> tuple[date, date]:
    """Fill in the period: twelve months up to the last day with data, from the first one on as the pages do."""
    if known is None and not (since and until):
        raise NotFoundError(noun=phrase("entrega"), found=municipality, needed="observatorio ingest")
    last = until.date() if until else known[1]  # type: ignore[index]  # known, or both were given
    if since:
        return since.date(), last
    year = date.fromordinal(last.replace(day=1).toordinal() - 334).replace(day=1)
    return (max(year, known[0]) if known and known[0] <= last else year), last


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"un momento ISO 8601 «{text}»", param_hint="--as-of") from error


def _write(content: str | bytes, out: Path | None) -> None:
    payload = content.encode() if isinstance(content, str) else content
    if out is not None:
        out.write_bytes(payload)
        return
    sys.stdout.buffer.write(payload if payload.endswith(b"\n") or isinstance(content, bytes) else payload + b"\n")
