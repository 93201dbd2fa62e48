"""Options of `hotspots`, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import ParameterError
from analysis.gate import LEAST_PLACED
from analysis.params import Params, option
from analysis.permutation import CONDITIONAL, WITH_SELF

FEWEST_MAPS = 50  # imputed maps or resamples: fewer tell a probability too coarsely
LONGEST_BAND = 6.0  # cells: a band reaches a hundred neighbours
FEWEST_SHUFFLES = 19  # fewer cannot reach 5 %
GI_STAR, GI = "gi_star", "gi"
BINARY, DECAY = "binary", "decay"
EXACT, MONTE_CARLO = "exact", "monte_carlo"
MAX_STATISTIC = "max_statistic"
MOST_PERMUTATIONS = 2_000_000


@dataclass(frozen=True, kw_only=True)
class HotspotsParams(Params):
    """Options of `hotspots`, each with a default that one can defend (handbook/hotspots.md)."""

    cell_shape: str = option("square", choices=("square", "hexagon"))
    cell_size: float = option(250.0, unit="m", low=50.0, high=5000.0)
    measure: str = option(GI_STAR, choices=(GI_STAR, GI))
    values: str = option("stabilised", choices=("stabilised", "counts"))
    draws: str = option(WITH_SELF, choices=(WITH_SELF, CONDITIONAL))
    neighbourhood: str = option("contiguity", choices=("contiguity", "distance"))
    order: int = option(1, low=1, high=5)
    band: float | None = option(None, unit="m", low=0.0)  # None: just beyond the diagonal neighbours
    weights: str = option(BINARY, choices=(BINARY, DECAY))
    inference: str = option(EXACT, choices=(EXACT, MONTE_CARLO))
    permutations: int | None = option(None, low=19, high=MOST_PERMUTATIONS)  # None: as many as the correction needs
    correction: str = option("bh", choices=("bh", "by", MAX_STATISTIC, "none"))
    coverage: float = option(0.02, choices=(0.01, 0.02, 0.05))
    shuffles: int = option(199, low=FEWEST_SHUFFLES, high=9999)
    seed: int = option(20240601, low=0)
    least_placed: float = option(LEAST_PLACED, low=0.0, high=1.0)  # below it an area shows no cells
    imputations: int = option(0, low=0, high=500)  # 0: only what has a point counts
    resamples: int = option(99, low=0, high=999)  # of the incidents, for the stability of places; 0: none

    def __post_init__(self) -> None:
        """Check the band against the cell too, that there are enough maps, and that the options go together."""
        super().__post_init__()
        if 0 < self.imputations < FEWEST_MAPS:
            raise ParameterError(name="imputations", needed=f"0 | {FEWEST_MAPS} .. 500", found=self.imputations)
        if self.band is not None and not self.cell_size <= self.band <= LONGEST_BAND * self.cell_size:
            needed = f"{self.cell_size} .. {LONGEST_BAND * self.cell_size} m"
            raise ParameterError(name="band", needed=needed, found=self.band)
        if self.imputations and (self.is_drawn or self.correction == MAX_STATISTIC):
            raise ParameterError(name="imputations", needed="0", found=self.imputations)

    @property
    def reach(self) -> float:
        """Distance band in use (metres)."""
        return 1.5 * self.cell_size if self.band is None else self.band

    @property
    def is_drawn(self) -> bool:
        """Whether p are drawn: where that was asked for, and with weights that no exact table holds."""
        return self.inference == MONTE_CARLO or self.weights == DECAY

    @property
    def is_resampled(self) -> bool:
        """Whether places are tried on resampled incidents: only where each sample costs one exact table."""
        exact = not self.is_drawn and self.correction != MAX_STATISTIC
        return exact and self.resamples > 0 and not self.imputations

    @property
    def has_own(self) -> bool:
        """Whether a cell's own value is part of its sum; held fixed, it would change no tail, so it is left out."""
        return self.measure == GI_STAR and self.draws == WITH_SELF
