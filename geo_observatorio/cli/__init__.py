"""The command line: `observatorio ...`; each module holds one family of commands."""

from __future__ import annotations

import importlib
import os
import sys

import click

from analysis.errors import AnalysisError
from geo_observatorio.cli.context import Context
from geo_observatorio.config import load_settings
from geo_observatorio.errors import ObservatorioError
from geo_observatorio.sentences import error_sentence

COMMANDS = {  # name of the command: its module here, imported only when it is called
    "doctor": "doctor",
    "ingest": "ingest",
    "serve": "up",
    "up": "up",
    "db": "database",
    "demo-data": "demo",
    "municipality": "territory",
    "layers": "territory",
    "population": "territory",
    "gazetteer": "territory",
    "snapshot": "territory",
    "studies": "study",
    "study": "study",
}


class Commands(click.Group):
    """The families of commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, from the module that the table names."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"geo_observatorio.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="geo-observatorio")
def observatorio() -> None:
    """Observatorio de convivencia: de los archivos de las instituciones al mapa que se puede defender."""


def main() -> None:
    """Run the command line: 0 done, 1 refused with one sentence, 2 wrong usage."""
    language = "es"
    try:
        settings = load_settings(os.environ, is_root=os.geteuid() == 0)
        language = settings.language
        observatorio(obj=Context(settings=settings), standalone_mode=True)
    except (AnalysisError, ObservatorioError) as error:
        click.echo(error_sentence(error, language), err=True)
        sys.exit(1)
