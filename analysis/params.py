"""Options of a statistic: frozen, keyword-only, each with a default that can be defended and its limits beside it."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from analysis.errors import ParameterError

TRUE_WORDS = frozenset({"1", "true", "yes", "si", "sí", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


def option(
    default: Any,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[Any, ...] = (),
) -> Any:
    """Declare one option of a `Params`, with its unit and the values it may take."""
    return field(default=default, metadata={"unit": unit, "low": low, "high": high, "choices": choices})


def parse_bool(name: str, text: str) -> bool:
    """Read a yes or a no; raise ParameterError for anything else."""
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ParameterError(name=name, needed="true | false", found=text)


@dataclass(frozen=True, kw_only=True)
class Params:
    """Base of all options; checks its own limits when it is made."""

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            _check_limits(item, getattr(self, item.name))

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> Self:
        """Make the options from texts (an address, a command line); an unknown name is an error."""
        known = {item.name: item for item in dataclasses.fields(cls)}
        hints = typing.get_type_hints(cls)
        for name in texts:
            if name not in known:
                raise ParameterError(name=name, needed=", ".join(known), found=name)
        return cls(**{name: _parse(name, hints[name], text) for name, text in texts.items()})

    def as_dict(self) -> dict[str, Any]:
        """Return the options as plain values, for a finding's key and its page."""
        return dataclasses.asdict(self)


def _check_limits(item: dataclasses.Field[Any], value: Any) -> None:
    low, high, choices = (item.metadata.get(key) for key in ("low", "high", "choices"))
    if choices and value not in choices:
        raise ParameterError(name=item.name, needed=" | ".join(str(choice) for choice in choices), found=value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    below, above = low is not None and value < low, high is not None and value > high
    if below or above or not math.isfinite(value):
        raise ParameterError(
            name=item.name, needed=f"{low} .. {high} {item.metadata.get('unit', '')}".strip(), found=value
        )


def _parse(name: str, kind: Any, text: str) -> Any:
    """Turn one text into the type its option declares; an empty text means None where None is allowed."""
    options = [part for part in typing.get_args(kind) if part is not types.NoneType] or [kind]
    if len(options) < len(typing.get_args(kind)) and text.strip() == "":
        return None
    if options[0] is bool:
        return parse_bool(name, text)
    try:
        return options[0](text)
    except ValueError as error:
        raise ParameterError(name=name, needed=options[0].__name__, found=text) from error
