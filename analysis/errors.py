"""What can go wrong in a statistic: a code and its values; the sentence is made where it is shown."""

from __future__ import annotations


class AnalysisError(Exception):
    """Root of all errors of this package."""

    code = "analysis"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{self.code}: " + ", ".join(f"{key}={value}" for key, value in values.items()))


class NotEnoughDataError(AnalysisError):
    """There are fewer observations than the method needs; values: needed, found."""

    code = "not_enough_data"


class NotEnoughCellsError(NotEnoughDataError):
    """The study area has too few cells of this size; values: needed, found."""

    code = "not_enough_cells"


class NoStreetsError(NotEnoughDataError):
    """There are no streets in the study area; values: needed, found (lines in all)."""

    code = "no_streets"


class NothingToCompareError(NotEnoughDataError):
    """A zone, or the rest around it, has no incidents to compare; values: needed, found (counts of zone and rest)."""

    code = "nothing_to_compare"


class NothingElseError(AnalysisError):
    """What was chosen is all there is, so there is nothing to set it against; values: found."""

    code = "nothing_else"


class BelowGateError(NotEnoughDataError):
    """Too few incidents have a point for a map of cells; values: needed, found (shares from 0 to 1)."""

    code = "below_gate"


class GeographicCoordinatesError(AnalysisError):
    """Coordinates are in degrees where metres are needed; values: found."""

    code = "geographic_coordinates"


class ParameterError(AnalysisError):
    """A parameter is outside what the method accepts; values: name, needed, found."""

    code = "parameter"


class BiasedMethodError(ParameterError):
    """A way of computing that gives wrong figures is asked for; values: name, needed, found."""

    code = "biased_method"


class TooManySidesError(ParameterError):
    """The outline of the area has more sides than the isotropic correction can meet; values: name, needed, found."""

    code = "too_many_sides"


class NoVariationError(AnalysisError):
    """All values are equal, so nothing can be higher than the rest; values: found."""

    code = "no_variation"


class GridTooLargeError(AnalysisError):
    """The grid would have more cells than can be computed in memory; values: needed, found."""

    code = "grid_too_large"


class TooManyPointsError(AnalysisError):
    """The method cannot be waited for with so many points; values: needed, found."""

    code = "too_many_points"


class UnknownStatisticError(AnalysisError):
    """The catalogue holds no statistic of that name; values: needed, found."""

    code = "unknown_statistic"


class ResolutionError(AnalysisError):
    """So few permutations that no p could be small enough for the correction; values: needed, found."""

    code = "resolution"


class NoBaseError(AnalysisError):
    """Nothing is known of who is there, against which counts could be held; values: needed, found."""

    code = "no_base"
