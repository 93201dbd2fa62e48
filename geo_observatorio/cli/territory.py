"""`observatorio municipality|layers|population ...`: where things are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from geo_observatorio.cli.answers import print_json, tell, tell_codes
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.db.areas import list_boundaries
from geo_observatorio.db.municipalities import choose_municipality, list_municipalities
from geo_observatorio.language import translate
from geo_observatorio.services.area_names import AreaFields
from geo_observatorio.services.layers import LayerReport, LayerRequest, add_layer
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.population import PopulationReport, PopulationRequest, add_population

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTCOMES = {
    "added": "Capa {level} «{edition}» de {municipality}: {areas} áreas, en vigor.",
    "unchanged": "La capa {level} «{edition}» ya estaba: nada cambia.",
    "in_force": "La capa {level} «{edition}» ya estaba y vuelve a estar en vigor.",
}

json_option = click.option("--json", "as_json", is_flag=True, help="Un objeto JSON y nada más.")
layer_option = click.option("--layer", help="Capa dentro del archivo, si tiene varias.")
source_option = click.option("--source", default="", help="Quién publica los datos.")
municipality_option = click.option(
    "--municipality",
    "code",
    default="",
    help="Código del municipio; sin él, el de OBSERVATORIO_MUNICIPALITY, o el único que hay.",
)


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
    tell(context, "Municipio {code}: {name}.", code=added.code, name=added.name)


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
@click.option("--persons", default="", help="Campo de la población, si la capa la trae; pide --vintage y --code.")
@click.option("--vintage", default="", help="De cuándo es esa población: 2023.")
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
    persons: str,
    vintage: str,
    as_json: bool,
    **head: Any,
) -> None:
    """Agrega una edición de una capa y la pone en vigor: GeoPackage, GeoJSON o shapefile en zip."""
    if persons and not (vintage and code_field):
        raise click.UsageError("--persons pide --vintage y --code")
    fields = AreaFields(names=tuple(names.split(",")), code=code_field, without_data=without_data)
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        report = add_layer(conn, file, LayerRequest(municipality=chosen, fields=fields, **head))
        counted = None
        if persons:
            shared = {name: head[name] for name in ("level", "edition", "source", "layer")}
            request = PopulationRequest(
                municipality=chosen, vintage=vintage, code=code_field, persons=persons, **shared
            )
            counted = add_population(conn, file, request)
    if as_json:
        print_json(report.as_dict() | {"population": counted.as_dict() if counted else None})
        return
    _tell_layer(context, report)
    if counted:
        _tell_population(context, counted)


@layers.command("list")
@municipality_option
@json_option
@pass_context
def layers_list(context: Context, code: str, as_json: bool) -> None:
    """Nombra las capas y sus ediciones."""
    with context.begin() as conn:
        kept = list_boundaries(conn, choose_municipality(conn, code or context.settings.municipality).code)
    if as_json:
        print_json({"layers": [vars(item) for item in kept]})
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
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        report = add_population(conn, file, PopulationRequest(municipality=chosen, code=code_field, **values))
    if as_json:
        print_json(report.as_dict())
    else:
        _tell_population(context, report)


def _tell_layer(context: Context, report: LayerReport) -> None:
    kept, found = report.boundaries, report.boundaries.found
    head = {"level": kept.level, "edition": kept.edition, "municipality": kept.municipality}
    tell(context, OUTCOMES[report.outcome], **head, areas=found.get("areas", 0))
    if report.outcome != "added":
        return
    tell(
        context,
        "Geometrías inválidas, reparadas: {invalid}; repetidas: {repeated}; pares que se solapan: {overlapping_pairs},"
        " con {overlap_m2} m² en común; suma de las áreas: {total_km2} km².",
        overlap_m2=round(found["overlap_km2"] * 1e6),
        **found,
    )
    if found.get("same_but_for_spelling"):
        text = "Nombres que solo difieren de otro en la escritura, con un número en su código: {same_but_for_spelling}."
        tell(context, text, **found)
    for remark in report.remarks:
        context.say("El lector del archivo advierte: {remark}", remark=remark)


def _tell_population(context: Context, report: PopulationReport) -> None:
    tell(
        context,
        "Población {vintage} de «{edition}»: {persons} personas; áreas nuevas: {added}; cambiadas: {changed};"
        " iguales: {unchanged}.",
        **report.as_dict(),
    )
    if report.without_area:
        tell_codes(context, "Códigos del archivo sin área en la capa: {n} ({codes})", report.without_area)
    if report.without_population:
        tell_codes(context, "Áreas de la capa sin población: {n} ({codes})", report.without_population)
