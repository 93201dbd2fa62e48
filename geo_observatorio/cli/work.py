"""`observatorio work`: receive the files that the pages took."""

from __future__ import annotations

import logging

import click

from geo_observatorio.cli.context import Context, pass_context


@click.command()
@pass_context
def work(context: Context) -> None:
    """Recibe los archivos que llegaron por las páginas, uno tras otro, hasta que se detiene."""
    from geo_observatorio.services.work import run_worker  # noqa: PLC0415  # procrastinate: no other command needs it

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with context.begin():
        pass  # a database that is away or behind is told in one sentence, before anything starts
    run_worker(context.database_url(), context.settings.spool, ready=lambda: context.say("Esperando archivos."))
