"""Wrong usage of the command line as one sentence in the reader's language."""

from __future__ import annotations

import re

import click

from geo_observatorio.language import translate

QUOTED = re.compile(r"['(«]([^')»]+)[')»]")
NEEDED = {  # kind of parameter, as click names it: what it takes
    "datetime": "una fecha AAAA-MM-DD",
    "integer": "un número entero",
    "float": "un número",
    "file": "un archivo que exista y se pueda leer o escribir",
    "directory": "una carpeta",
}


def usage_sentence(error: click.UsageError, language: str) -> str:
    """Say in one sentence what was written wrong, and where the usage is explained."""
    command = error.ctx.command_path if error.ctx else "observatorio"
    return f"{_say(error, language)} {translate('Vea:', language)} {command} --help"


def _say(error: click.UsageError, language: str) -> str:
    found = QUOTED.search(error.message)
    match error:
        case click.MissingParameter():
            return translate("Falta {name}.", language).format(name=_name(error))
        case click.NoSuchOption() | click.BadOptionUsage():
            text = "La opción {name} no existe o está incompleta."
            return translate(text, language).format(name=error.option_name)
        case click.BadParameter():
            return _say_value(error, language)
    if error.message.startswith("--"):  # said by one of our commands
        return translate(error.message, language) + "."
    return translate("La orden está mal escrita: «{found}».", language).format(found=found.group(1) if found else "")


def _say_value(error: click.BadParameter, language: str) -> str:
    found = QUOTED.search(error.message)
    text = "El valor de {name} no sirve: se necesita {needed} y se recibió «{found}»."
    return translate(text, language).format(
        name=_name(error),
        needed=translate(_need(error), language),
        found=found.group(1) if found else error.message.partition(" ")[0],  # "80000 is not in the range ..."
    )


def _need(error: click.BadParameter) -> str:
    """Say what a parameter takes, in Spanish; what has no letters is the same in all languages."""
    kind = error.param.type if error.param else None
    if isinstance(kind, click.Choice):
        return " | ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"{'' if kind.min is None else kind.min} .. {'' if kind.max is None else kind.max}".strip()
    if kind is not None and kind.name in NEEDED:
        return NEEDED[kind.name]
    return error.message.partition(" «")[0]  # our own commands say what is needed, then the value in quotes


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Argument):
        return str(error.param.human_readable_name)
    if error.param is not None:
        return "/".join(error.param.opts)
    return str(error.param_hint or "")
