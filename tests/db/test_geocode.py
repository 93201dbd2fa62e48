import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString, box

from geo_observatorio.cli import main
from geo_observatorio.resources import data_dir

Run = Callable[..., tuple[Any, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str, tmp_path: Path) -> Run:
    """Run a command line on a city of two areas, two streets and a stop; return its exit status and what it wrote."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: str) -> tuple[Any, str, str]:
        monkeypatch.setattr(sys, "argv", ["observatorio", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        return caught.value.code or 0, *capsys.readouterr()

    shapes = [box(-79.55, 8.94, -79.53, 8.96), box(-79.53, 8.94, -79.51, 8.96)]
    table = {"CODE": ["080801", "081001"], "NAME": ["San Felipe", "Amelia Denis"]}
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(tmp_path / "capa.gpkg")
    lines = [LineString([(-79.549, 8.95), (-79.541, 8.95)]), LineString([(-79.545, 8.945), (-79.545, 8.955)])]
    streets = gpd.GeoDataFrame({"name": ["Calle 50", "Vía Brasil"]}, geometry=lines, crs=4326)
    streets.to_file(tmp_path / "calles.gpkg")
    (tmp_path / "stops.csv").write_text("stop_name,lat,lon\nMultiplaza-I,8.95,-79.52\n")
    run("municipality", "add", str(data_dir("layers") / "municipalities" / "panama.toml"))
    level = ["--level", "corregimiento", "--edition", "INEC 2023", "--name", "NAME", "--code", "CODE"]
    assert run("layers", "add", str(tmp_path / "capa.gpkg"), *level)[0] == 0
    assert run("gazetteer", "add", str(tmp_path / "calles.gpkg"), "--kind", "calle", "--name", "name")[0] == 0
    assert run("gazetteer", "add", str(tmp_path / "stops.csv"), "--kind", "parada", "--name", "stop_name")[0] == 0
    return run


def test_an_address_is_found_by_the_gazetteer_of_the_database(run: Run) -> None:
    code, out, err = run("geocode", "calle 50 y via brazil", "--json")
    answer = json.loads(out)
    assert (code, err, answer["kind"], answer["area"]) == (0, "", "crossing", "080801")
    assert (answer["longitude"], answer["latitude"]) == pytest.approx((-79.545, 8.95), abs=1e-4)
    assert [part["role"] for part in answer["parts"]] == ["street", "street"]
    assert answer["online"] == []


def test_an_address_is_told_in_sentences_with_candidates(run: Run) -> None:
    code, out, _ = run("geocode", "frente a Multiplaza")
    assert code == 0
    assert "Lugar conocido por su nombre." in out
    assert "Corregimiento: 081001" in out
    code, out, _ = run("geocode", "frente a Multiplaza", "--area", "080801")
    assert "Candidato: Multiplaza-I 081001" in out
    assert "El texto no dice ningún lugar." in run("geocode", "S/D")[1]


def test_hostile_texts_are_answered_in_a_sentence(run: Run) -> None:
    for text in (
        "<script>alert(1)</script>",
        "'; DROP TABLE place; --",
        "\u202e" * 50,
        "palabra " * 10_000,
        "{0.__class__}",
    ):
        code, out, err = run("geocode", text)
        assert (code, err) == (0, "")
        assert out.startswith("Respuesta: none.")
