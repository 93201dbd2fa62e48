"""What the catalogue says of a statistic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analysis.params import Params
from analysis.result import Result


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A line of the catalogue: the function, its options, and how many scenes it compares."""

    name: str
    run: Callable[..., Result]  # run(scene, params), or run(before, after, params) where sides is 2
    params: type[Params]
    sides: int = 1

    def describe(self) -> dict[str, Any]:
        """Return name, scenes and options with their defaults, for a list of the catalogue."""
        return {"name": self.name, "sides": self.sides, "params": self.params().as_dict()}
