"""`observatorio categories list|add|assign`: schemes of categories, and what unknown offences are."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geo_observatorio.cli.answers import print_json, tell
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.names import plain_text
from geo_observatorio.services.schemes import add_scheme, list_schemes

json_option = click.option("--json", "as_json", is_flag=True, help="Un objeto JSON y nada más.")


@click.group()
def categories() -> None:
    """Las clasificaciones de delitos y faltas."""


@categories.command("list")
@json_option
@pass_context
def categories_list(context: Context, as_json: bool) -> None:
    """Nombra las clasificaciones y cuántas categorías tiene cada una."""
    with context.begin() as conn:
        schemes = list_schemes(conn)
    if as_json:
        print_json({"schemes": schemes})
        return
    for scheme in schemes:
        text = "{scheme}: {n} categorías, {sensitive} reservadas. {editions}"
        tell(context, text, **scheme | {"editions": scheme["editions"] or ""})


@categories.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scheme", default="", help="Nombre de la clasificación; sin él, el del archivo.")
@json_option
@pass_context
def categories_add(context: Context, file: Path, scheme: str, as_json: bool) -> None:
    """Agrega la clasificación de un CSV, o corrige la que ya está con ese nombre."""
    with context.begin() as conn:
        report = add_scheme(conn, file, scheme)
    if as_json:
        print_json(asdict(report))
        return
    tell(context, "Clasificación {scheme}: {categories} categorías, {sensitive} reservadas.", **asdict(report))
    if report.outside:
        tell(context, "Incidentes en fechas en que su categoría no regía: {n}.", n=report.outside)


@categories.command("assign")
@click.argument("text")
@click.argument("category")
@click.option("--municipality", required=True, help="Código del municipio.")
@click.option("--actor", required=True, help="Quién lo decide.")
@json_option
@pass_context
def categories_assign(context: Context, text: str, category: str, municipality: str, actor: str, as_json: bool) -> None:
    """Dice qué categoría es un delito desconocido, o «-» si no es un incidente; sus filas salen de la cuarentena."""
    from geo_observatorio.services.assigning import assign  # noqa: PLC0415  # the placer: seconds of every start

    with context.begin() as conn:
        solved = assign(conn, municipality, plain_text(text), category, actor)
    if as_json:
        print_json(asdict(solved))
        return
    tell(context, "Filas: {inserted} entraron, {discarded} se descartaron, {remaining} siguen.", **asdict(solved))
