"""`observatorio municipality|layers|population|gazetteer|snapshot ...`: where things are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.db.areas import list_boundaries
from geo_observatorio.db.municipalities import find_municipality, list_municipalities
from geo_observatorio.db.places import count_places
from geo_observatorio.db.snapshots import list_snapshots
from geo_observatorio.language import format_number, translate
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.gazetteer import GazetteerRequest, add_places
from geo_observatorio.services.layers import LayerReport, LayerRequest, add_layer
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.population import PopulationReport, PopulationRequest, add_population
from geo_observatorio.services.snapshots import create_snapshot

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTCOMES = {
    "added": "Capa {level} «{edition}» de {municipality}: {areas} áreas, en vigor.",
    "unchanged": "La capa {level} «{edition}» ya estaba: nada cambia.",
    "in_force": "La capa {level} «{edition}» ya estaba y vuelve a estar en vigor.",
}
NAMED = 10  # how many codes a line names

json_option = click.option("--json", "as_json", is_flag=True, help="Un objeto JSON y nada más.")
municipality_option = click.option("--municipality", "code", required=True, help="Código del municipio.")
layer_option = click.option("--layer", help="Capa dentro del archivo, si tiene varias.")
source_option = click.option("--source", default="", help="Quién publica los datos.")


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
    _tell(context, "Municipio {code}: {name}.", code=added.code, name=added.name)


@municipality.command("list")
@pass_context
def municipality_list(context: Context) -> None:
    """Nombra los municipios."""
    with context.begin() as conn:
        for item in list_municipalities(conn):
            click.echo(f"{item.code}\t{item.name}\tEPSG:{item.metric_srid}\t{item.time_zone}")


@click.group()
def layers() -> None:
    """Las capas de límites: corregimientos, colonias, zonas."""


@layers.command("add")
@click.argument("file", type=FILE)
@municipality_option
@click.option("--level", required=True, help="corregimiento, colonia, barrio, zona policial ...")
@click.option("--edition", required=True, help="De quién y de cuándo es: «INEC 2023».")
@click.option("--name", "names", required=True, help="Campo del nombre; varios con coma, el más amplio primero.")
@click.option("--code", "code_field", default="", help="Campo del código; sin él, los códigos salen de los nombres.")
@click.option("--without-data", multiple=True, help="Inicio de códigos de áreas cuyos incidentes no se reciben.")
@source_option
@click.option("--licence", default="", help="Licencia de la capa.")
@layer_option
@json_option
@pass_context
def layers_add(
    context: Context,
    /,
    file: Path,
    code: str,
    names: str,
    code_field: str,
    without_data: tuple[str, ...],
    as_json: bool,
    **head: Any,
) -> None:
    """Agrega una edición de una capa y la pone en vigor: GeoPackage, GeoJSON o shapefile en zip."""
    fields = AreaFields(names=tuple(names.split(",")), code=code_field, without_data=without_data)
    request = LayerRequest(municipality=code, fields=fields, **head)
    with context.begin() as conn:
        report = add_layer(conn, file, request)
    if as_json:
        _print_json(report.as_dict())
    else:
        _tell_layer(context, report)


@layers.command("list")
@municipality_option
@json_option
@pass_context
def layers_list(context: Context, code: str, as_json: bool) -> None:
    """Nombra las capas y sus ediciones."""
    with context.begin() as conn:
        find_municipality(conn, code)
        kept = list_boundaries(conn, code)
    if as_json:
        _print_json({"layers": [{**vars(item)} for item in kept]})
        return
    for item in kept:
        force = translate("en vigor" if item.in_force else "anterior", context.settings.language)
        click.echo(f"{item.level}\t{item.edition}\t{force}\t{item.source}")


@click.group()
def population() -> None:
    """La población de las áreas."""


@population.command("add")
@click.argument("file", type=FILE)
@municipality_option
@click.option("--level", required=True, help="Nivel de las áreas.")
@click.option("--edition", help="Edición de la capa; sin ella, la que está en vigor.")
@click.option("--vintage", required=True, help="De cuándo es: 2023.")
@click.option("--kind", default="residential", show_default=True, help="residential o ambient.")
@click.option("--code", "code_field", required=True, help="Campo del código del área.")
@click.option("--persons", required=True, help="Campo del número de personas.")
@source_option
@layer_option
@json_option
@pass_context
def population_add(context: Context, /, file: Path, code: str, code_field: str, as_json: bool, **values: Any) -> None:
    """Agrega la población de las áreas de una capa, de un CSV o de otra capa."""
    request = PopulationRequest(municipality=code, code=code_field, **values)
    with context.begin() as conn:
        report = add_population(conn, file, request)
    if as_json:
        _print_json(report.as_dict())
    else:
        _tell_population(context, report)


@click.group()
def gazetteer() -> None:
    """Los lugares con nombre."""


@gazetteer.command("add")
@click.argument("file", type=FILE)
@municipality_option
@click.option("--kind", required=True, help="parada, colegio, parque ...")
@click.option("--name", required=True, help="Campo del nombre.")
@click.option("--alias", "aliases", multiple=True, help="Campo con otros nombres, separados por «|» o «;».")
@click.option("--lat", "latitude", default="", help="Campo de la latitud, en un CSV.")
@click.option("--lon", "longitude", default="", help="Campo de la longitud, en un CSV.")
@click.option("--radius", default=100.0, show_default=True, type=click.FloatRange(1, 10_000), help="Metros.")
@source_option
@layer_option
@json_option
@pass_context
def gazetteer_add(context: Context, /, file: Path, code: str, as_json: bool, **values: Any) -> None:
    """Agrega lugares con nombre, de una capa o de un CSV con latitud y longitud."""
    request = GazetteerRequest(municipality=code, **values)
    with context.begin() as conn:
        report = add_places(conn, file, request)
    if as_json:
        _print_json(report.as_dict())
        return
    _tell(
        context,
        "Filas: {read}; lugares que quedan: {kept}; repetidos: {merged}; fuera: {outside}; sin nombre: {without_name};"
        " sin coordenadas: {without_place}.",
        **report.as_dict(),
    )
    if not report.changed:
        _tell(context, "Ya estaban así: nada cambia.")


@gazetteer.command("list")
@municipality_option
@pass_context
def gazetteer_list(context: Context, code: str) -> None:
    """Cuenta los lugares por tipo y fuente."""
    with context.begin() as conn:
        find_municipality(conn, code)
        for kind, source, places in count_places(conn, code):
            click.echo(f"{kind}\t{source}\t{places}")


@click.group()
def snapshot() -> None:
    """Los cortes: lo que se sabía en un momento, con su máscara de estudio."""


@snapshot.command("create")
@click.argument("name")
@municipality_option
@click.option("--note", default="", help="Para qué es este corte.")
@click.option("--level", help="Nivel cuyas áreas observadas forman la ventana.")
@pass_context
def snapshot_create(context: Context, name: str, code: str, note: str, level: str | None) -> None:
    """Fija lo que se sabe ahora y construye su máscara de estudio."""
    with context.begin() as conn:
        made = create_snapshot(conn, code, name, note, level=level)
        mask = next(item for item in list_boundaries(conn, code) if item.id == made.mask)
    values = {"name": name, "cells": mask.found["cells"], "incidents": mask.found["incidents"]}
    _tell(context, "Corte «{name}»: máscara de {cells} celdas de 100 m, de {incidents} incidentes.", **values)


@snapshot.command("list")
@municipality_option
@pass_context
def snapshot_list(context: Context, code: str) -> None:
    """Nombra los cortes, el último primero."""
    with context.begin() as conn:
        find_municipality(conn, code)
        for item in list_snapshots(conn, code):
            click.echo(f"{item.name}\t{item.known_at.isoformat()}\t{item.note}")


def _tell_layer(context: Context, report: LayerReport) -> None:
    kept, found = report.boundaries, report.boundaries.found
    head = {"level": kept.level, "edition": kept.edition, "municipality": kept.municipality}
    _tell(context, OUTCOMES[report.outcome], **head, areas=found.get("areas", 0))
    if report.outcome != "added":
        return
    _tell(
        context,
        "Geometrías inválidas, reparadas: {invalid}; repetidas: {repeated}; pares que se solapan: {overlapping_pairs},"
        " con {overlap_m2} m² en común; suma de las áreas: {total_km2} km².",
        overlap_m2=round(found["overlap_km2"] * 1e6),
        **found,
    )
    if found.get("same_but_for_spelling"):
        text = "Nombres que solo difieren de otro en la escritura, con un número en su código: {same_but_for_spelling}."
        _tell(context, text, **found)
    for remark in report.remarks:
        context.say("El lector del archivo advierte: {remark}", remark=remark)


def _tell_population(context: Context, report: PopulationReport) -> None:
    _tell(
        context,
        "Población {vintage} de «{edition}»: {persons} personas; áreas nuevas: {added}; cambiadas: {changed};"
        " iguales: {unchanged}.",
        **report.as_dict(),
    )
    if report.without_area:
        _tell_codes(context, "Códigos del archivo sin área en la capa: {n} ({codes})", report.without_area)
    if report.without_population:
        _tell_codes(context, "Áreas de la capa sin población: {n} ({codes})", report.without_population)


def _tell_codes(context: Context, text: str, codes: list[str]) -> None:
    dots = " ..." if len(codes) > NAMED else ""
    _tell(context, text, n=len(codes), codes=", ".join(codes[:NAMED]) + dots)


def _tell(context: Context, text: str, /, **values: Any) -> None:
    """Write a line of the answer on standard output, in the user's language."""
    language = context.settings.language
    shown = {name: _number(value, language) for name, value in values.items()}
    click.echo(translate(text, language).format(**shown))


def _number(value: Any, language: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return format_number(value, language, decimals=0 if isinstance(value, int) else 3)


def _print_json(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
