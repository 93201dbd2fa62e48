"""What pages and files say of areas below the gate, and of maps with drawn locations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from analysis.errors import BelowGateError
from analysis.scene import Scene
from geo_observatorio.maps import draw
from geo_observatorio.maps.tables import tabulate
from geo_observatorio.packing import pack, unpack
from geo_observatorio.provenance import Finding
from geo_observatorio.readings import read_aloud
from geo_observatorio.reports.picture import to_png
from geo_observatorio.reports.tables import to_csv, to_geopackage, to_json
from geo_observatorio.sentences import error_sentence

UNPLACED = pd.DataFrame({"area": [0, 1, -1], "method": ["corregimiento", "corregimiento", "none"], "n": [7, 300, 3]})


@pytest.fixture(scope="module")
def closed(by_hand: Callable[..., Finding], small_city: Callable[..., Scene]) -> Finding:
    """Return hotspots of the city of two areas, whose second one has few points."""
    return by_hand("hotspots", replace(small_city(), unplaced=UNPLACED))


@pytest.fixture(scope="module")
def imputed(by_hand: Callable[..., Finding], small_city: Callable[..., Scene]) -> Finding:
    """Return hotspots over fifty drawn maps."""
    scene = replace(small_city(cluster=400), unplaced=UNPLACED)
    return by_hand("hotspots", scene, imputations=50)


def test_a_closed_area_is_hatched_with_its_total_and_its_share(closed: Finding) -> None:
    gate = next(layer for layer in draw(closed.result, "es").as_dict()["layers"] if layer["id"] == "gate")
    assert set(gate["areas"]) == {"02"}
    assert gate["areas"]["02"]["fill"] == "cross"
    total = int((closed.result.tables["placing"].set_index("code").loc["02", ["placed", "unplaced"]]).sum())
    assert gate["areas"]["02"]["tip"][0] == f"{total} incidentes"
    assert gate["legend"]["entries"][0]["label"].startswith("Menos del 85 %")


def test_the_reading_names_the_closed_area_and_the_limit(closed: Finding) -> None:
    told = [sentence for sentence in read_aloud(closed) if "Levante" in sentence]
    assert told == [
        "En Levante, menos del 85 % de los incidentes tiene un punto: allí no se dibujan celdas, solo el corregimiento"
        " con su total."
    ]
    assert any("Levante" in sentence and "corregimiento" in sentence for sentence in read_aloud(closed, "en"))


def test_files_carry_the_share_of_each_area(closed: Finding) -> None:
    rows = json.loads(to_json(closed, "es"))["tables"]["placing"]
    assert [(row["code"], row["shown"]) for row in rows] == [("01", True), ("02", False)]
    assert to_csv(closed, "placing").splitlines()[0] == "code,name,placed,unplaced,share,shown"
    assert to_png(closed, "es")[:4] == b"\x89PNG"
    assert len(to_geopackage(closed)) > 1000


def test_a_density_says_the_same(by_hand: Callable[..., Finding], small_city: Callable[..., Scene]) -> None:
    finding = by_hand("density", replace(small_city(), unplaced=UNPLACED))
    assert any("Levante" in sentence for sentence in read_aloud(finding))
    assert [layer["id"] for layer in draw(finding.result, "es").as_dict()["layers"]] == [
        "gate",
        "error",
        "surface",
        "values",
    ]


def test_an_open_map_draws_no_gate(findings: dict[str, Finding]) -> None:
    for name in ("hotspots", "density"):
        assert "gate" not in {layer["id"] for layer in draw(findings[name].result, "es").as_dict()["layers"]}


def test_a_cell_tells_in_how_many_maps_it_is_hot(imputed: Finding) -> None:
    cells = next(layer for layer in draw(imputed.result, "es").as_dict()["layers"] if layer["id"] == "cells")
    assert cells["tip"][0] == "Caliente en {maps_hot} de 50 mapas"
    assert max(cells["columns"]["maps_hot"]) <= 50
    labels = [entry["label"] for entry in cells["legend"]["entries"]]
    assert labels[0] == "Caliente en el 95 % de los mapas o más"
    assert cells["none"] == "Caliente en menos de la mitad de los mapas"


def test_the_table_of_places_says_how_certain_each_is(imputed: Finding, findings: dict[str, Finding]) -> None:
    drawn, plain = tabulate(imputed, "es"), tabulate(findings["hotspots"], "es")
    assert drawn is not None
    assert plain is not None
    assert drawn.titles[-1] == "Mapas en que es caliente"
    assert all(row.cells[-1].text.endswith(" %") for row in drawn.rows)
    assert drawn.titles[-1] not in plain.titles


def test_the_reading_of_drawn_maps_says_what_they_are(imputed: Finding) -> None:
    told = " ".join(read_aloud(imputed))
    assert "se sorteó 50 veces" in told
    assert "De 3 no se sabe ni el corregimiento" in told
    assert "nunca lo concentra" in told
    assert not set(read_aloud(imputed)) & set(read_aloud(imputed, "en"))


def test_drawn_maps_come_back_from_their_bytes_and_can_be_printed(imputed: Finding) -> None:
    again = unpack(pack(imputed))
    pd.testing.assert_frame_equal(again.result.table, imputed.result.table)
    assert read_aloud(again) == read_aloud(imputed)
    assert to_png(again, "en")[:4] == b"\x89PNG"


def test_a_refusal_below_the_gate_tells_both_shares() -> None:
    sentence = error_sentence(BelowGateError(needed=0.85, found=0.524), "es")
    assert sentence.startswith("Solo el 52 % de estos incidentes tiene un punto y hace falta al menos el 85 %")
