from __future__ import annotations

import dataclasses
from collections.abc import Callable

from geo_observatorio.maps import draw
from geo_observatorio.maps.strips import draw_strip
from geo_observatorio.maps.tables import tabulate
from geo_observatorio.provenance import Finding
from geo_observatorio.readings import read_aloud


def test_five_pictures_and_one_of_them_is_the_map(findings: dict[str, Finding]) -> None:
    panels = draw_strip(findings["density"].result, "es")
    assert [panel.title for panel in panels] == ["150 m", "212 m", "300 m", "424 m", "600 m"]
    assert [panel.taken for panel in panels] == [False, False, True, False, False]
    assert panels[2].caption == "el del mapa"
    assert all(panel.url.startswith("data:image/png;base64,") for panel in panels)
    assert len({panel.url for panel in panels}) == 5


def test_a_finding_without_a_strip_has_no_pictures(findings: dict[str, Finding]) -> None:
    assert draw_strip(findings["hotspots"].result, "es") == []


def test_the_error_is_a_layer_that_waits_and_the_values_are_told_by_the_pointer(findings: dict[str, Finding]) -> None:
    layers = {layer["id"]: layer for layer in draw(findings["density"].result, "es").as_dict()["layers"]}
    assert not layers["error"]["shown"]
    assert len(layers["error"]["legend"]["entries"]) == 4
    values = layers["values"]
    assert values["title"] == ""
    assert len(values["cell"]) == len(values["columns"]["value"]) == len(values["columns"]["error"])
    assert values["tip"] == ["{value} incidentes por km² y mes", "error estándar: {error} % del valor"]


def test_the_table_beside_the_map_has_every_selector_and_marks_the_one_in_use(findings: dict[str, Finding]) -> None:
    table = tabulate(findings["density"], "es")
    assert table is not None
    assert [row.cells[0].text for row in table.rows if row.cells[2].text == "sí"] == ["valor por defecto"]
    assert len(table.rows) == 7


def test_the_reading_says_who_chose_the_width_and_how_sensitive_the_map_is(by_hand: Callable[..., Finding]) -> None:
    text = " ".join(read_aloud(by_hand("density", bandwidth_method="scott", edge="none")))
    assert "lo que aconseja la regla de Scott" in text
    assert "con la mitad de ancho" in text
    assert "El borde no se corrigió" in text
    adaptive = " ".join(read_aloud(by_hand("density", adaptive=True)))
    assert "Cada incidente tiene su propio ancho" in adaptive


def test_a_handful_of_incidents_is_told_as_badly_known(
    by_hand: Callable[..., Finding], small_city: Callable[..., object]
) -> None:
    scene = small_city()
    few = dataclasses.replace(scene, points=scene.points.take(slice(0, 2)))
    text = " ".join(read_aloud(by_hand("density", few, least_placed=0.0)))
    assert "Aun la densidad más alta se conoce mal" in text
    assert "% de los incidentes está donde" not in text


def test_a_finding_of_an_older_version_is_still_read_and_drawn(findings: dict[str, Finding]) -> None:
    finding = findings["density"]
    later = {"edge", "widths", "noisy_share", "bandwidth_at_boundary", "common_half", "common_double", "strip_grid"}
    reading = {name: value for name, value in finding.result.reading.items() if name not in later}
    reading["peak"] = {name: value for name, value in reading["peak"].items() if name != "relative_error"}
    table = finding.result.table.drop(columns="relative_error")
    old = dataclasses.replace(finding.result, reading=reading, table=table, tables={})
    told = dataclasses.replace(finding, result=old)
    assert any("La densidad más alta" in sentence for sentence in read_aloud(told))
    assert [layer["id"] for layer in draw(old, "es").as_dict()["layers"]] == ["surface"]
    assert draw_strip(old, "es") == []
    assert tabulate(told, "es") is None
