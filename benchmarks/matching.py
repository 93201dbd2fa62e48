"""Matching of two institutions against a planted truth: precision, recall, calibration, speed; prints markdown.

python -m benchmarks.matching [--reports 100000] [--shared 0.2] [--seed 1]

Synthetic: the demo city's own incidents are the reports of the first institution. The second one reports a share of the
same events in its own way (day, hour, place, category and words changed as `Habits` says) and other events of the same
city, drawn from the same hot spots, which is what makes matching hard. The habits are ours, not measured on real files;
none of them is read from the levels of `analysis.linkage`.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.linkage import FIELDS, Linked, Reports, compare, compare_addresses, link
from analysis.linkage_blocks import DAYS, REACH, find_blocks
from geo_observatorio.db.categories import read_scheme
from geo_observatorio.names import plain_text
from geo_observatorio.services import matching
from geo_observatorio.services.demo_calibration import read_category_names, read_foci
from geo_observatorio.services.demo_city import City, build_city
from geo_observatorio.services.demo_incidents import Drawn, draw_incidents
from geo_observatorio.services.demo_intensity import plant_foci
from geo_observatorio.services.demo_layer import make_schematic_layer
from geo_observatorio.services.demo_places import Gazetteer, make_gazetteer
from geo_observatorio.services.demo_rows import tell_incidents


@dataclass(frozen=True)
class Habits:
    """How the second institution tells an event otherwise."""

    other_day: float = 0.12  # by one to four days
    hour_unknown: float = 0.30
    hour_noise: float = 1.2  # hours
    no_point: float = 0.45
    place_noise: tuple[float, ...] = (15.0, 60.0, 250.0, 700.0)  # metres, with the chances below
    place_share: tuple[float, ...] = (0.45, 0.30, 0.18, 0.07)
    other_category: float = 0.30  # of the same family where there is one, else any
    other_address: float = 0.25  # says something else altogether
    no_address: float = 0.10


@dataclass(frozen=True)
class Told:
    """Reports of one institution with the event of each."""

    reports: Reports
    addresses: NDArray[np.object_]
    event: NDArray[np.int64]


def draw(city: City, gazetteer: Gazetteer, n: int, rng: np.random.Generator) -> tuple[Drawn, Any]:
    drawn = draw_incidents(city, plant_foci(city, read_foci(), np.random.default_rng(3)), n=n, rng=rng)
    return drawn, tell_incidents(city, gazetteer, drawn, read_category_names(), rng)


def columns_of(city: City, drawn: Drawn, rows: Any, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Return what the rows of an institution become once they are placed."""
    at = city.addresses[["x", "y"]].to_numpy()[drawn.address] + rng.normal(0, 8, (len(drawn), 2))
    bare = (rows["latitud"] == "").to_numpy()
    at[bare] = np.nan
    return {
        "day": drawn.day.astype(np.int64),
        "hour": np.where((rows["hora"] == "").to_numpy(), -1, drawn.minute // 60),
        "x": at[:, 0],
        "y": at[:, 1],
        "area": city.barrios["area"].to_numpy()[city.addresses["barrio"].to_numpy()[drawn.address]],
        "code": drawn.category,
        "address": rows["direccion"].to_numpy(dtype=object),
    }


def retell(columns: dict[str, NDArray[Any]], habits: Habits, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Tell the same events as the other institution does."""
    n = len(columns["day"])
    shift = np.where(rng.random(n) < habits.other_day, rng.choice([-4, -3, -2, -1, 1, 2, 3, 4], n), 0)
    hour = np.rint(columns["hour"] + rng.normal(0, habits.hour_noise, n)).astype(np.int64) % 24
    reach = np.asarray(habits.place_noise)[rng.choice(4, n, p=habits.place_share)]
    moved = np.stack([columns["x"], columns["y"]]) + rng.normal(0, 1, (2, n)) * reach
    moved[:, rng.random(n) < habits.no_point] = np.nan
    return columns | {
        "day": columns["day"] + shift,
        "hour": np.where((columns["hour"] < 0) | (rng.random(n) < habits.hour_unknown), -1, hour),
        "x": moved[0],
        "y": moved[1],
        "code": recode(columns["code"], habits, rng),
        "address": reword(columns["address"], habits, rng),
    }


def recode(codes: NDArray[np.object_], habits: Habits, rng: np.random.Generator) -> NDArray[np.object_]:
    """Call some events otherwise: mostly as something of the same family."""
    rows = read_scheme("panama")
    family = {row["code"]: row["iccs_code"][:4] or row["group"] for row in rows}
    members: dict[str, list[str]] = {}
    for row in rows:
        members.setdefault(family[row["code"]], []).append(row["code"])
    everything = [row["code"] for row in rows]
    told = codes.copy()
    for at in np.flatnonzero(rng.random(len(codes)) < habits.other_category):
        kin = [code for code in members[family[codes[at]]] if code != codes[at]]
        told[at] = rng.choice(kin if kin and rng.random() < 0.75 else everything)
    return told


def reword(texts: NDArray[np.object_], habits: Habits, rng: np.random.Generator) -> NDArray[np.object_]:
    """Turn the parts of an address round, misspell it, or say that of somebody else's."""
    told, others = texts.copy(), texts[rng.permutation(len(texts))]
    chance, kind = rng.random(len(texts)), rng.random(len(texts))
    for at in range(len(texts)):
        words = ", ".join(reversed(str(texts[at]).split(", ")))
        if kind[at] < 0.5 and len(words) > 6:
            place = int(rng.integers(1, len(words) - 1))
            words = words[:place] + words[place + 1 :]
        told[at] = words
    told[chance < habits.other_address] = others[chance < habits.other_address]
    told[chance > 1 - habits.no_address] = ""
    return told


def tell(columns: dict[str, NDArray[Any]], event: NDArray[np.int64]) -> Told:
    rows = {row["code"]: row for row in read_scheme("panama")}
    names = {
        "category": columns["code"],
        "family": [rows[code]["iccs_code"][:4] or rows[code]["group"] for code in columns["code"]],
        "section": [rows[code]["iccs_code"][:2] for code in columns["code"]],
    }
    known = {name: {text: n for n, text in enumerate(sorted(set(column_of(rows, name))))} for name in names}
    numbers = {name: np.array([known[name].get(text, -1) for text in texts]) for name, texts in names.items()}
    plain = {name: columns[name] for name in ("day", "hour", "x", "y", "area")}
    addresses = np.array([plain_text(text) for text in columns["address"]], dtype=object)
    return Told(
        Reports(**plain, **numbers, has_address=addresses != "", by_words=np.zeros(len(addresses), dtype=bool)),
        addresses,
        event,
    )


def column_of(rows: dict[str, dict[str, str]], name: str) -> list[str]:
    if name == "category":
        return list(rows)
    if name == "section":
        return [row["iccs_code"][:2] for row in rows.values() if row["iccs_code"]]
    return [row["iccs_code"][:4] or row["group"] for row in rows.values()]


def make_two(n: int, shared: float, seed: int) -> tuple[Told, Told]:
    """Make the reports of two institutions, n each, of which a share tells the same events."""
    rng = np.random.default_rng(seed)
    city = build_city(make_schematic_layer(), rng)
    gazetteer = make_gazetteer(city, rng)
    first = columns_of(city, *draw(city, gazetteer, n, rng), rng)
    others = columns_of(city, *draw(city, gazetteer, n - int(n * shared), rng), rng)
    same = np.sort(rng.choice(n, int(n * shared), replace=False))
    copies = retell({name: values[same] for name, values in first.items()}, Habits(), rng)
    alone = retell(others, Habits(), rng)
    second = {name: np.concatenate([copies[name], alone[name]]) for name in first}
    event = np.concatenate([same, n + np.arange(len(alone["day"]))])
    order = rng.permutation(n)
    return tell(first, np.arange(n)), tell({k: v[order] for k, v in second.items()}, event[order])


def measure_levels(left: Told, right: Told) -> None:
    """Print how often each level came among planted pairs (m) and all others compared (u)."""
    similarity = matching.compare_addresses(left.addresses, right.addresses)
    same: dict[str, NDArray[Any]] = {}
    other: dict[str, NDArray[Any]] = {}
    for block in find_blocks(left.reports, right.reports, days=DAYS, reach=REACH):
        levels = compare(left.reports, right.reports, block)
        levels["address"] = compare_addresses(left.reports, right.reports, (block.left, block.right), similarity)
        true = left.event[block.left] == right.event[block.right]
        for name, values in levels.items():
            n = len(FIELDS[name]) + 1
            same[name] = same.get(name, np.zeros(n)) + np.bincount(values[true] + 1, minlength=n)
            other[name] = other.get(name, np.zeros(n)) + np.bincount(values[~true] + 1, minlength=n)
    print("| field | level | m stated | m here | u stated | u here |\n|---|---|---|---|---|---|")
    for name, levels_of in FIELDS.items():
        m, u = (counts[name][1:] / counts[name][1:].sum() for counts in (same, other))
        for at, level in enumerate(levels_of):
            print(f"| {name} | {level.name} | {level.m} | {m[at]:.3f} | {level.u} | {u[at]:.3f} |")


def report(left: Told, right: Told, linked: Linked, seconds: float) -> None:
    true = left.event[linked.left] == right.event[linked.right]
    planted = int(np.isin(left.event, right.event).sum())
    print("\n| probability from | proposed | right | precision | recall |\n|---|---|---|---|---|")
    for least in (0.5, 0.7, 0.9, 0.97):
        chosen = linked.probability >= least
        right_ones = int(true[chosen].sum())
        share = right_ones / max(int(chosen.sum()), 1)
        print(f"| {least} | {chosen.sum():,} | {right_ones:,} | {share:.3f} | {right_ones / planted:.3f} |")
    print("\n| said | n | mean said | share right |\n|---|---|---|---|")
    for low, high in ((0.5, 0.7), (0.7, 0.9), (0.9, 0.97), (0.97, 1.01)):
        here = (linked.probability >= low) & (linked.probability < high)
        if here.any():
            print(
                f"| {low}-{high} | {here.sum():,} | {linked.probability[here].mean():.3f} | {true[here].mean():.3f} |"
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nplanted {planted:,}; compared {linked.candidates:,} pairs in {seconds:.1f} s; peak {peak:,.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--shared", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--levels", action="store_true", help="also measure m and u on the truth")
    options = parser.parse_args()
    left, right = make_two(options.reports, options.shared, options.seed)
    print(f"## {options.reports:,} x {options.reports:,} synthetic reports, {options.shared:.0%} of them shared\n")
    if options.levels:
        measure_levels(left, right)
    began = time.perf_counter()
    linked = link(left.reports, right.reports, matching.compare_addresses(left.addresses, right.addresses))
    report(left, right, linked, time.perf_counter() - began)


if __name__ == "__main__":
    main()
