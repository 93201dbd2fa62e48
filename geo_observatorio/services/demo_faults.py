"""The faults of real files, put into clean rows: so that a demo shows what an ingest refuses, repairs and doubts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Shares of rows with each fault; those of coordinates are shares of the rows that have some."""

    swapped: float = 0.006
    zero: float = 0.005
    no_minus: float = 0.004
    far: float = 0.003
    pile: float = 0.015
    area_misspelt: float = 0.015
    area_blank: float = 0.02
    area_shouted: float = 0.15
    impossible_day: float = 0.003
    future_day: float = 0.002
    unknown_offence: float = 0.004
    repeated: float = 0.010
    amended: float = 0.005
    late: float = 0.03


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Rows of text, the quarter in whose file each comes (0, 1, 2 ...), and how many bear each fault."""

    table: pd.DataFrame
    quarter: Ints
    tally: dict[str, int]


def spoil(
    rows: pd.DataFrame, quarter: Ints, station: tuple[str, str], rng: np.random.Generator, faults: Faults | None = None
) -> Rows:
    """Put the faults of real files into clean rows; what would come after the last file comes in it.

    Parameters
    ----------
    quarter
        Of each row's incident.
    station
        Latitude and longitude, as text, of the place where lazy systems put what has no coordinates.
    """
    faults, table, tally = faults or Faults(), rows.copy(), dict[str, int]()
    _spoil_coordinates(table, station, faults, rng, tally)
    _spoil_areas(table, faults, rng, tally)
    _spoil_days(table, faults, rng, tally)
    unknown = np.isin(np.arange(len(table)), _some(len(table), faults.unknown_offence, rng))
    table["delito"] = table["delito"].mask(unknown, "Hecho por clasificar")
    tally["unknown_offence"] = int(unknown.sum())
    return _repeat(table, quarter, faults, rng, tally)


def _spoil_coordinates(
    table: pd.DataFrame, station: tuple[str, str], faults: Faults, rng: np.random.Generator, tally: dict[str, int]
) -> None:
    has = rng.permutation(np.flatnonzero(table["latitud"] != ""))
    names = ("swapped", "zero", "no_minus", "far", "pile")
    ends = np.cumsum([round(getattr(faults, name) * len(has)) for name in names])
    swapped, zero, no_minus, far, pile, _ = np.split(has, ends)
    latitude, longitude = table["latitud"].to_numpy(copy=True), table["longitud"].to_numpy(copy=True)
    latitude[swapped], longitude[swapped] = longitude[swapped], latitude[swapped]
    latitude[zero] = longitude[zero] = "0"
    longitude[no_minus] = [text.removeprefix("-") for text in longitude[no_minus]]
    latitude[far] = [f"{float(text) - 3:.6f}" for text in latitude[far]]  # 330 km out at sea
    latitude[pile], longitude[pile] = station
    table["latitud"], table["longitud"] = latitude, longitude
    tally |= {name: len(part) for name, part in zip(names, (swapped, zero, no_minus, far, pile), strict=True)}


def _spoil_areas(table: pd.DataFrame, faults: Faults, rng: np.random.Generator, tally: dict[str, int]) -> None:
    area = table["corregimiento"].to_numpy(copy=True)
    changes: dict[str, Callable[[str], str]] = {
        "area_shouted": _shout,
        "area_misspelt": _misspell,
        "area_blank": _forget,
    }
    for name, change in changes.items():
        chosen = _some(len(table), getattr(faults, name), rng)
        area[chosen] = [change(text) for text in area[chosen]]
        tally[name] = len(chosen)
    table["corregimiento"] = area


def _spoil_days(table: pd.DataFrame, faults: Faults, rng: np.random.Generator, tally: dict[str, int]) -> None:
    impossible = _some(len(table), faults.impossible_day, rng)
    day = table["fecha"].to_numpy(copy=True)
    day[impossible] = ["31/02/" + text[-4:] for text in day[impossible]]
    future = np.setdiff1d(_some(len(table), faults.future_day, rng), impossible)
    day[future] = [text[:6] + "2204" for text in day[future]]  # 2024, two keys struck in the wrong order
    table["fecha"] = day
    tally |= {"impossible_day": len(impossible), "future_day": len(future)}


def _repeat(
    table: pd.DataFrame, quarter: Ints, faults: Faults, rng: np.random.Generator, tally: dict[str, int]
) -> Rows:
    """Let some rows come late, some twice, and some again with their hour amended."""
    last = int(quarter.max(initial=0))
    late = _some(len(table), faults.late, rng)
    arrival = quarter.copy()
    arrival[late] = np.minimum(arrival[late] + 1, last)
    repeated = _some(len(table), faults.repeated, rng)
    again = np.minimum(arrival[repeated] + rng.integers(0, 2, len(repeated)), last)
    amendable = np.setdiff1d(np.flatnonzero(arrival < last), repeated)
    amended = amendable[_some(len(amendable), faults.amended, rng)]
    mended = table.iloc[amended].assign(hora="12:01")
    whole = pd.concat([table, table.iloc[repeated], mended], ignore_index=True)
    tally |= {"late": len(late), "repeated": len(repeated), "amended": len(amended)}
    return Rows(table=whole, quarter=np.concatenate([arrival, again, arrival[amended] + 1]), tally=tally)


def _some(n: int, share: float, rng: np.random.Generator) -> Ints:
    """Choose a share of n positions, in order."""
    return np.sort(rng.choice(n, round(share * n), replace=False))


def _shout(text: str) -> str:
    """Write in capitals without accents."""
    plain = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).upper()


def _misspell(text: str) -> str:
    """Swap two letters in the middle of a name."""
    middle = len(text) // 2
    return text[: middle - 1] + text[middle] + text[middle - 1] + text[middle + 1 :]


def _forget(_text: str) -> str:
    return ""
