"""Harm weights: days of the least penalty by category, from the CSV files of layers/harm that a municipality edits.

An offence that the police find by looking (``proactive``) has no weight: it would measure the looking. Administrative
faults have a scale of their own, which is never added to that of crimes.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geo_observatorio.errors import SettingError
from geo_observatorio.resources import data_dir

COLUMNS = ("code", "scale", "days", "detected", "law", "source", "note")
DETECTED = ("reported", "proactive")


@dataclass(frozen=True, kw_only=True)
class HarmTable:
    """What each category weighs, and why some weigh nothing.

    Attributes
    ----------
    days
        Code to days of prison (or the unit of its scale).
    scales
        Code to the scale of its weight.
    proactive
        Codes of offences that are found by looking.
    edition
        Hash of the files: another table is another question.
    """

    days: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    proactive: frozenset[str] = frozenset()
    edition: str = ""

    def choose(self, codes: Iterable[str]) -> tuple[list[str], dict[str, str]]:
        """Return the codes that have a weight on the scale of most of them, and why each of the others is left out.

        Why: ``proactive``, ``other_scale`` or ``without_harm``.
        """
        codes = list(codes)
        weighed = [code for code in codes if code in self.days]
        scales = [self.scales[code] for code in weighed]
        scale = max(sorted(set(scales)), key=scales.count, default="")
        kept = [code for code in weighed if self.scales[code] == scale]
        return kept, {code: self._why(code) for code in codes if code not in set(kept)}

    def _why(self, code: str) -> str:
        if code in self.proactive:
            return "proactive"
        return "other_scale" if code in self.days else "without_harm"


def load_harm(folder: Path | None = None) -> HarmTable:
    """Read the tables of all schemes; raise SettingError for a row that says nothing sensible."""
    files = sorted((folder or data_dir("layers") / "harm").glob("*.csv"))
    rows = [(path.name, number, row) for path in files for number, row in _read(path)]
    for name, number, row in rows:
        _check(f"{name}:{number}", row)
    weighed = [row for _, _, row in rows if row["days"].strip()]
    return HarmTable(
        days={row["code"]: float(row["days"]) for row in weighed},
        scales={row["code"]: row["scale"] for row in weighed},
        proactive=frozenset(row["code"] for _, _, row in rows if row["detected"] == "proactive"),
        edition=hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12],
    )


def _read(path: Path) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            raise SettingError(name=path.name, needed=", ".join(COLUMNS), found=", ".join(reader.fieldnames or ()))
        return [(number, {name: row[name] or "" for name in COLUMNS}) for number, row in enumerate(reader, start=2)]


def _check(where: str, row: Mapping[str, str]) -> None:
    """A weight has a law and a source; what is found by looking has none."""
    if row["detected"] not in DETECTED:
        raise SettingError(name=where, needed=" | ".join(DETECTED), found=row["detected"])
    days = row["days"].strip()
    if not days:
        return
    if row["detected"] == "proactive":
        raise SettingError(name=where, needed="proactive: days vacío", found=days)
    try:
        sound = 0 < float(days) < math.inf
    except ValueError:
        sound = False
    if not sound or not row["scale"].strip() or not row["source"].strip():
        raise SettingError(name=where, needed="code, scale, days > 0, source", found=f"{row['code']}, {days}")
