"""`observatorio up` and `observatorio serve`: the pages, with all they need or alone."""

from __future__ import annotations

import os
import signal
import subprocess
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from geo_observatorio.cli.context import Context, pass_context
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.migrate import migrate
from geo_observatorio.db.municipalities import list_municipalities
from geo_observatorio.db.queries import query
from geo_observatorio.errors import PagesError
from geo_observatorio.services.up import LOOPBACK, page_address, require_page, run_pages, serve_command, take_port
from geo_observatorio.services.workers import running_worker, work_command

CHECKED = ("/", "/mapa")


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Puerto de las páginas.")
@click.option("--no-browser", is_flag=True, help="No abrir el navegador.")
@click.option("--check", is_flag=True, help="Arrancar, pedir el mapa, decir si respondió y parar.")
@pass_context
def up(context: Context, port: int | None, no_browser: bool, check: bool) -> None:
    """Arranca todo: la base, los datos de demostración la primera vez, y las páginas."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    port = port or context.settings.port
    try:
        with take_port(context.settings, LOOPBACK, port) as listener, running_database(context):
            first = prepare_database(context)
            context.say("Arrancando las páginas.")
            command = serve_command(listener, workers=context.settings.workers)
            with run_pages(command, listener) as pages:
                if check or first:  # the first map compiles its mathematics: better now than before a reader
                    check_pages(context, port)
                if not check:
                    show_pages(context, port, pages, browser=not no_browser)
    except KeyboardInterrupt:
        context.say("Detenido.")


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="Dirección donde escuchar.")
@click.option("--port", type=click.IntRange(1, 65535), help="Puerto.")
@click.option("--workers", type=click.IntRange(1, 64), help="Procesos.")
@pass_context
def serve(context: Context, host: str, port: int | None, workers: int | None) -> None:
    """Sirve las páginas sobre la base en uso, cuyo esquema debe estar al día."""
    settings = context.settings
    listener = take_port(settings, host, port or settings.port)
    command = serve_command(listener, workers=workers or settings.workers)
    with context.begin():
        pass  # a database that is away or behind is told in one sentence, before anything starts
    os.execv(command[0], command)  # noqa: S606  # the server takes this process's place, and its signals


@contextmanager
def running_database(context: Context) -> Iterator[None]:
    """Run the private cluster while it is needed here; nobody who still uses it loses it."""
    if context.settings.database_url:
        yield
        return
    context.say("Arrancando la base de datos.")
    with context.cluster.keep_running(lambda: is_used_by_others(context)):
        yield


def is_used_by_others(context: Context) -> bool:
    """Tell whether somebody else is connected to the private cluster."""
    engine = make_engine(context.cluster.url())
    with begin(engine) as conn:
        used: bool = conn.execute(query("connected_others")).scalar_one()
    engine.dispose()
    return used


def prepare_database(context: Context) -> bool:
    """Bring the schema up to date and fill an empty database with the demo; return whether it was empty."""
    engine = context.engine()
    with begin(engine) as conn:
        migrate(conn)
        first = not list_municipalities(conn)
    if first:
        # Seconds of imports, needed once.
        from geo_observatorio.services.demo_data import load_demo  # noqa: PLC0415
        from geo_observatorio.services.warmth import warm_up  # noqa: PLC0415

        context.say("Creando la ciudad de demostración; ocurre una sola vez.")
        with begin(engine) as conn:
            load_demo(conn, progress=context.say)
        context.say("Preparando los cálculos; ocurre una sola vez.")
        warm_up()  # compiles for good what each process of the pages would compile for itself
    engine.dispose()
    return first


def check_pages(context: Context, port: int) -> None:
    """Ask the pages that matter and tell how long each took; raise PagesError."""
    for path in CHECKED:
        answer = require_page(port, path)
        context.say("{path} respondió en {seconds} s.", path=path, seconds=f"{answer.seconds:.2f}")


def show_pages(context: Context, port: int, pages: subprocess.Popen[bytes], *, browser: bool) -> None:
    """Print the address, open it where there is a screen, and stay until the pages end."""
    click.echo(page_address(port))
    context.say("El observatorio está en {address}; se detiene con Ctrl+C.", address=page_address(port))
    if browser and context.settings.has_display:
        with suppress(webbrowser.Error):
            webbrowser.open(page_address(port))
    with running_worker(work_command()):  # after the pages, which somebody waits for
        status = pages.wait()
    if status != 0:
        raise PagesError(address=page_address(port), found=f"gunicorn: {pages.returncode}")
