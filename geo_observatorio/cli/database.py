"""`observatorio db ...`: the database, from its start to its backup."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.db.engine import begin
from geo_observatorio.db.migrate import migrate, require_current
from geo_observatorio.services.backup import FORMER, restore_into_cluster, restore_into_empty, save_backup
from geo_observatorio.services.conservation import recount


@click.group()
def db() -> None:
    """La base de datos: arrancar, migrar, respaldar."""


@db.command()
@pass_context
def start(context: Context) -> None:
    """Arranca la base de datos propia; la crea la primera vez."""
    started = context.cluster.ensure_running()
    context.say("La base de datos arrancó." if started else "La base de datos ya estaba en marcha.")


@db.command()
@pass_context
def stop(context: Context) -> None:
    """Detiene la base de datos propia."""
    stopped = context.cluster.stop()
    context.say("La base de datos se detuvo." if stopped else "La base de datos no estaba en marcha.")


@db.command()
@pass_context
def status(context: Context) -> None:
    """Dice si la base responde y si su esquema es el de esta versión."""
    with begin(context.engine()) as conn:
        require_current(conn)
    context.say("La base de datos responde y su esquema está al día.")


@db.command("migrate")
@click.option("--to", "revision", default="head", show_default=True, help="head, base o una revisión.")
@pass_context
def migrate_command(context: Context, revision: str) -> None:
    """Lleva el esquema a una revisión."""
    with begin(context.engine()) as conn:
        migrate(conn, revision)
    context.say("El esquema está en {revision}.", revision=revision)


@db.command()
@pass_context
def url(context: Context) -> None:
    """Escribe la dirección de la base en uso, con su clave."""
    click.echo(context.database_url())


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_context
def backup_command(context: Context, file: Path) -> None:
    """Guarda toda la base en un archivo."""
    size = save_backup(context.database_url(), file)
    context.say("Respaldo de {size} MB en {file}.", size=f"{size / 1e6:,.1f}", file=file)


@db.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_context
def restore_command(context: Context, file: Path) -> None:
    """Pone un respaldo en el lugar de la base; un archivo dañado no cambia nada."""
    url = context.database_url()
    private = context.settings.database_url is None
    restored = restore_into_cluster(context.cluster, file) if private else restore_into_empty(url, file)
    context.say("Restaurados {incidents} incidentes de {deliveries} entregas.", **asdict(restored))
    if private:
        context.say("La base anterior queda como {former} hasta la próxima restauración.", former=FORMER)


@db.command()
@pass_context
def check(context: Context) -> None:
    """Cuenta de nuevo las filas de cada entrega; termina con 1 si una cuenta no cierra."""
    with context.begin() as conn:
        found = recount(conn)
    for difference in found.differences:
        context.say("La entrega {delivery} ({file_name}): {figure} dice {told} y hay {kept}.", **asdict(difference))
    context.say("{deliveries} entregas, {rows} filas contadas de nuevo.", deliveries=found.deliveries, rows=found.rows)
    if found.differences:
        raise click.exceptions.Exit(1)
