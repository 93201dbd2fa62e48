"""`observatorio gazetteer ...`: places with names, and the addresses that a person must look at."""

from __future__ import annotations

from pathlib import Path

import click

from geo_observatorio.cli.answers import print_json, tell
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.cli.territory import FILE, json_option, layer_option, municipality_option, source_option
from geo_observatorio.db.municipalities import choose_municipality
from geo_observatorio.db.places import DEFAULT_RADIUS, count_places
from geo_observatorio.db.selections import find_level
from geo_observatorio.language import translate
from geo_observatorio.services.address_queue import list_queue
from geo_observatorio.services.gazetteer import (
    LEAST_RADIUS,
    MOST_RADIUS,
    GazetteerReport,
    GazetteerRequest,
    add_places,
)
from geo_observatorio.services.place_files import PlaceFields
from geo_observatorio.services.reviews import Decision, decide, undo

LARGEST = 2**31 - 1  # number of a place or a decision


@click.group()
def gazetteer() -> None:
    """Los lugares con nombre."""


@gazetteer.command("add")
@click.argument("file", type=FILE)
@municipality_option
@click.option("--kind", default="", help="De qué tipo son todos: parada, colegio, parque, calle ...")
@click.option("--kind-field", default="", help="Campo del tipo, si el archivo trae varios.")
@click.option("--name", required=True, help="Campo del nombre.")
@click.option("--alias", "aliases", multiple=True, help="Campo con otros nombres, separados por «|» o «;».")
@click.option("--lat", "latitude", default="", help="Campo de la latitud, en un CSV.")
@click.option("--lon", "longitude", default="", help="Campo de la longitud, en un CSV.")
@click.option(
    "--radius",
    default=DEFAULT_RADIUS,
    show_default=True,
    type=click.FloatRange(LEAST_RADIUS, MOST_RADIUS),
    help="Metros a los que puede estar lo que se dice allí.",
)
@click.option("--radius-field", default="", help="Campo del radio en metros, si cada lugar trae el suyo.")
@source_option
@layer_option
@json_option
@pass_context
def gazetteer_add(  # the options of the command
    context: Context,
    /,
    file: Path,
    code: str,
    kind: str,
    kind_field: str,
    radius_field: str,
    as_json: bool,
    radius: float,
    source: str,
    layer: str | None,
    **fields: str,
) -> None:
    """Agrega lugares con nombre: de una capa, de un extracto de OpenStreetMap o de un CSV."""
    if bool(kind) == bool(kind_field):
        raise click.UsageError("--kind o --kind-field, uno de los dos")
    with context.begin() as conn:
        request = GazetteerRequest(
            municipality=choose_municipality(conn, code or context.settings.municipality).code,
            fields=PlaceFields(kind=kind_field, radius=radius_field, **fields),  # type: ignore[arg-type]  # aliases
            kind=kind,
            radius=radius,
            source=source,
            layer=layer,
        )
        report = add_places(conn, file, request)
    if as_json:
        print_json(report.as_dict())
    else:
        _tell(context, report)


@gazetteer.command("list")
@municipality_option
@pass_context
def gazetteer_list(context: Context, code: str) -> None:
    """Cuenta los lugares por tipo y fuente."""
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        for kind, source, places, coarse in count_places(conn, chosen):
            remark = translate("{n} solo como contexto", context.settings.language).format(n=coarse) if coarse else ""
            click.echo(f"{kind}\t{source}\t{places}\t{remark}".rstrip())


@gazetteer.command("review")
@municipality_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Cuántos textos.")
@json_option
@pass_context
def gazetteer_review(context: Context, code: str, limit: int, as_json: bool) -> None:
    """Nombra las direcciones que esperan a una persona, las de más incidentes primero."""
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        queue = list_queue(conn, chosen, limit=limit)
    if as_json:
        print_json({"texts": queue.texts, "incidents": queue.incidents, "items": [vars(item) for item in queue.items]})
        return
    tell(context, "Quedan {texts} textos, {incidents} incidentes.", texts=queue.texts, incidents=queue.incidents)
    for item in queue.items:
        click.echo(f"{item.n}\t{item.key}\t{item.stated_area or '-'}\t{item.method}\t{item.address}")


@gazetteer.command("accept")
@click.argument("key")
@municipality_option
@click.option("--stated", default="", help="Código del área que dicen sus filas; sin él, las que no dicen ninguna.")
@click.option("--everywhere", is_flag=True, help="Digan el área que digan.")
@click.option("--place", type=click.IntRange(1, LARGEST), help="Número de un lugar del nomenclátor.")
@click.option("--point", nargs=2, type=float, help="Latitud y longitud.")
@click.option("--radius", default=DEFAULT_RADIUS, show_default=True, type=float, help="Metros, de un punto.")
@click.option("--area", default="", help="Código del área, si solo esa se sabe.")
@click.option("--nowhere", is_flag=True, help="No se puede ubicar.")
@click.option("--who", required=True, help="Quién lo decide.")
@click.option("--note", default="", help="Por qué.")
@pass_context
def gazetteer_accept(  # the options of the command
    context: Context,
    /,
    key: str,
    code: str,
    stated: str,
    everywhere: bool,
    place: int | None,
    point: tuple[float, float] | None,
    radius: float,
    area: str,
    nowhere: bool,
    who: str,
    note: str,
) -> None:
    """Decide qué lugar es el texto de una dirección, con la clave que da `review`."""
    meant = [
        name
        for name, given in (("place", place is not None), ("point", point), ("area", area), ("nowhere", nowhere))
        if given
    ]
    if len(meant) != 1:
        raise click.UsageError("--place, --point, --area o --nowhere, uno de los cuatro")
    latitude, longitude = point or (None, None)
    asked = Decision(
        key=key,
        stated_area=None if everywhere else stated,
        meaning=meant[0],
        place=place,
        longitude=longitude,
        latitude=latitude,
        radius=radius,
        area=area,
        note=note,
    )
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality)
        done = decide(conn, chosen, find_level(conn, chosen.code), asked, who)
    tell(context, "Decisión {id}: cambiaron {n} incidentes.", id=done.id, n=done.replaced)


@gazetteer.command("undo")
@click.argument("number", type=click.IntRange(1, LARGEST))
@municipality_option
@click.option("--who", required=True, help="Quién la deshace.")
@pass_context
def gazetteer_undo(context: Context, number: int, code: str, who: str) -> None:
    """Deshace una decisión: sus incidentes vuelven a estar donde sus palabras los ponían."""
    with context.begin() as conn:
        undo(conn, choose_municipality(conn, code or context.settings.municipality), number, who)
    tell(context, "Decisión {id}: deshecha.", id=number)


def _tell(context: Context, report: GazetteerReport) -> None:
    tell(
        context,
        "Filas: {read}; lugares que quedan: {kept}; repetidos: {merged}; fuera: {outside}; sin nombre: {without_name};"
        " sin coordenadas: {without_place}.",
        **report.as_dict(),
    )
    if report.coarse:
        text = "De ellos, {n} con la posición redondeada a minutos enteros: sirven de contexto y no ubican nada."
        tell(context, text, n=report.coarse)
    if report.crossings:
        tell(context, "Cruces de las calles conocidas: {n}.", n=report.crossings)
    if not report.changed:
        tell(context, "Ya estaban así: nada cambia.")
