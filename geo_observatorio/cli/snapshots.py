"""`observatorio snapshot ...`: moments that are kept, and what changed between two of them."""

from __future__ import annotations

import click

from geo_observatorio.cli.answers import print_json, tell
from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.cli.territory import json_option, municipality_option
from geo_observatorio.db.municipalities import choose_municipality
from geo_observatorio.db.snapshots import find_mask, list_snapshots
from geo_observatorio.services.snapshot_diff import SnapshotDiff, compare_snapshots
from geo_observatorio.services.snapshots import create_snapshot

KINDS = {
    "added": "Agregados por entregas: {n}",
    "added_later": "Agregados de entregas anteriores (filas resueltas): {n}",
    "amended": "Corregidos por la institución: {n}",
    "reviewed": "Ubicados de otro modo por una persona: {n}",
    "placed_again": "Ubicados de otro modo, con el mismo contenido: {n}",
    "withdrawn": "Retirados: {n}",
}


@click.group()
def snapshot() -> None:
    """Las instantáneas: lo que se sabía en un momento, con su máscara de estudio."""


@snapshot.command("create")
@click.argument("name")
@municipality_option
@click.option("--note", default="", help="Para qué es este corte.")
@click.option("--level", help="Nivel cuyas áreas observadas forman la ventana.")
@click.option("--by", "made_by", default="", help="Quién lo hace.")
@json_option
@pass_context
def snapshot_create(
    context: Context, /, name: str, code: str, note: str, level: str | None, made_by: str, as_json: bool
) -> None:
    """Fija lo que se sabe ahora y construye su máscara de estudio."""
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        made = create_snapshot(conn, chosen, name, note, level=level, made_by=made_by)
        found = find_mask(conn, chosen, name).found
    if as_json:
        print_json({**vars(made), "found": found})
    else:
        text = "Instantánea «{name}»: máscara de {cells} celdas de 100 m, de {incidents} incidentes."
        tell(context, text, name=name, cells=found["cells"], incidents=found["incidents"])


@snapshot.command("list")
@municipality_option
@pass_context
def snapshot_list(context: Context, code: str) -> None:
    """Nombra las instantáneas, la última primero."""
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        for item in list_snapshots(conn, chosen):
            click.echo("\t".join([item.name, item.known_at.isoformat(), item.note, item.made_by]).rstrip())


@snapshot.command("diff")
@click.argument("before")
@click.argument("after")
@municipality_option
@json_option
@pass_context
def snapshot_diff(context: Context, before: str, after: str, code: str, as_json: bool) -> None:
    """Dice qué cambió entre dos instantáneas, y por qué."""
    with context.begin() as conn:
        chosen = choose_municipality(conn, code or context.settings.municipality).code
        diff = compare_snapshots(conn, chosen, before, after)
    if as_json:
        print_json(diff.as_dict())
        return
    _tell_diff(context, diff)


def _tell_diff(context: Context, diff: SnapshotDiff) -> None:
    tell(context, "De «{before}» a «{after}»:", before=diff.before.name, after=diff.after.name)
    if diff.nothing:
        tell(context, "Nada cambió.")
    for kind, n in diff.totals.items():
        tell(context, KINDS[kind], n=n)
    for field, n in diff.fields.items():
        click.echo(f"  {field}\t{n}")
    if diff.points_gained or diff.points_lost:
        told = "Ahora con punto: {gained}; ya sin punto: {lost}"
        tell(context, told, gained=diff.points_gained, lost=diff.points_lost)
    if diff.matches_joined:
        tell(context, "Coincidencias aceptadas, que desde entonces cuentan una vez: {n}", n=diff.matches_joined)
    if diff.matches_parted:
        tell(context, "Coincidencias que dejaron de contarse una vez: {n}", n=diff.matches_parted)
    if diff.reserved is not None:
        tell(context, "De categorías reservadas, juntas: {n} o más", n=diff.reserved)
    for part, old, new in diff.editions:
        click.echo(f"{part}: {old or '-'} -> {new or '-'}")
    tell(
        context,
        "Máscara de estudio: {before_km2} km², después {after_km2}; {gained_km2} más, {lost_km2} menos",
        **diff.mask,
    )
