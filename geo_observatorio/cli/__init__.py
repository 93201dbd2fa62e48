"""The command line: `observatorio ...`; each module holds one family of commands."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click
import psycopg2
from sqlalchemy.exc import SQLAlchemyError

from analysis.errors import AnalysisError
from geo_observatorio.cli.context import Context
from geo_observatorio.cli.usage import usage_sentence
from geo_observatorio.config import load_settings
from geo_observatorio.db.engine import describe_driver_failure, describe_failure
from geo_observatorio.errors import ObservatorioError, SystemRefusedError
from geo_observatorio.language import translate
from geo_observatorio.sentences import error_sentence

COMMANDS = {  # name of the command: its module here, imported only when it is called
    "doctor": "doctor",
    "fix-me": "fix_me",
    "ingest": "ingest",
    "quality": "quality",
    "receipt": "receipt",
    "serve": "up",
    "up": "up",
    "work": "work",
    "db": "database",
    "demo-data": "demo",
    "municipality": "territory",
    "layers": "territory",
    "population": "territory",
    "gazetteer": "gazetteer",
    "geocode": "geocode",
    "categories": "categories",
    "match": "matching",
    "snapshot": "snapshots",
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
    """Run the command line: 0 done, 1 refused with one sentence, 2 wrong usage, told in one sentence too."""
    language = "es"
    try:
        settings = load_settings(os.environ, is_root=os.geteuid() == 0)
        language = settings.language
        status = observatorio(obj=Context(settings=settings), standalone_mode=False)
        sys.exit(status or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        _end(usage_sentence(error, language), 2)
    except (AnalysisError, ObservatorioError) as error:
        _end(error_sentence(error, language))
    except SQLAlchemyError as error:
        _end(error_sentence(describe_failure(error), language))
    except psycopg2.Error as error:  # COPY speaks to the driver itself
        _end(error_sentence(describe_driver_failure(error), language))
    except BrokenPipeError:  # who read the answer has had enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _end(
            error_sentence(SystemRefusedError(file=error.filename or "-", found=error.strerror or str(error)), language)
        )
    except (click.Abort, KeyboardInterrupt):
        _end(translate("Detenido.", language))


def _end(sentence: str, status: int = 1) -> NoReturn:
    """Say one sentence on standard error and end."""
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(status)
