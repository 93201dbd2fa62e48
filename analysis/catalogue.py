"""What the catalogue says of a statistic; its module is imported when it is first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # GeoPandas: a third of a second of every command
    from analysis.params import Params
    from analysis.result import Result


Family = Literal["hotspots", "density", "rates", "association", "clusters", "comparison"]


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A line of the catalogue: module ``analysis.NAME`` holds the function NAME and its options NameParams."""

    name: str
    family: Family
    sides: int = 1  # how many scenes it compares
    needs_base: bool = False  # whether a scene must hold the incidents of every kind, by area
    needs_streets: bool = False  # whether a scene must hold the lines of streets

    @cached_property
    def run(self) -> Callable[..., Result]:
        """Return run(scene, params), or run(before, after, params) where ``sides`` is 2."""
        function: Callable[..., Result] = getattr(self._module, self.name)
        return function

    @cached_property
    def params(self) -> type[Params]:
        """Return the class of its options."""
        words = self.name.split("_")
        options: type[Params] = getattr(self._module, "".join(word.capitalize() for word in words) + "Params")
        return options

    @property
    def _module(self) -> Any:
        return importlib.import_module(f"analysis.{self.name}")

    def describe(self) -> dict[str, Any]:
        """Return name, scenes and options with their defaults, for a list of the catalogue."""
        return {"name": self.name, "family": self.family, "sides": self.sides, "params": self.params().as_dict()}
