"""The command line: `observatorio ...`; each module holds one family of commands."""

from __future__ import annotations

import os
import sys

import click

from analysis.errors import AnalysisError
from geo_observatorio.cli.context import Context
from geo_observatorio.cli.database import db
from geo_observatorio.cli.territory import municipality
from geo_observatorio.config import load_settings
from geo_observatorio.errors import ObservatorioError
from geo_observatorio.sentences import error_sentence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="geo-observatorio")
def observatorio() -> None:
    """Observatorio de convivencia: de los archivos de las instituciones al mapa que se puede defender."""


for command in (db, municipality):
    observatorio.add_command(command)


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
