import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import box

from geo_observatorio.cli import main
from geo_observatorio.resources import data_dir

Run = Callable[..., tuple[Any, str, str]]
PANAMA = str(data_dir("layers") / "municipalities" / "panama.toml")
LAYER = ["--level", "corregimiento", "--edition", "INEC 2023", "--name", "NAME", "--code", "CODE"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str) -> Run:
    """Run a command line on a fresh database; return its exit status and what it wrote."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: str) -> tuple[Any, str, str]:
        monkeypatch.setattr(sys, "argv", ["observatorio", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        return caught.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def layer(tmp_path: Path) -> str:
    table = {"CODE": [80801, 81001], "NAME": ["San Felipe", "Amelia Denis"], "POB": [1258, 30000]}
    shapes = [box(-79.55, 8.94, -79.53, 8.96), box(-79.53, 8.94, -79.51, 8.96)]
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(tmp_path / "capa.gpkg")
    return str(tmp_path / "capa.gpkg")


def test_one_command_brings_limits_and_population(run: Run, layer: str) -> None:
    assert run("municipality", "add", PANAMA) == (0, "Municipio 0808: Panamá.\n", "")
    more = ["--without-data", "0810", "--persons", "POB", "--vintage", "2023"]
    code, out, err = run("layers", "add", layer, *LAYER, *more)
    assert (code, err) == (0, "")
    assert "2 áreas, en vigor" in out
    assert "31,258 personas" in out
    code, out, _ = run("layers", "add", layer, *LAYER, *more, "--json")
    answer = json.loads(out)
    assert (code, answer["outcome"], answer["population"]["unchanged"]) == (0, "unchanged", 2)
    assert run("layers", "list")[1] == "corregimiento\tINEC 2023\ten vigor\t\n"
    assert json.loads(run("layers", "list", "--json")[1])["layers"][0]["found"]["padded_codes"]


def test_population_and_places_can_come_apart(run: Run, layer: str, tmp_path: Path) -> None:
    run("municipality", "add", PANAMA)
    run("layers", "add", layer, *LAYER)
    table = tmp_path / "pob.csv"
    table.write_text("cod,pob\n80801,5\n80999,6\n")
    options = ["--level", "corregimiento", "--vintage", "2010", "--code", "cod", "--persons", "pob"]
    _, out, _ = run("population", "add", table, *options)
    assert out.splitlines() == [
        "Población 2010 de «INEC 2023»: 5 personas; áreas nuevas: 1; cambiadas: 0; iguales: 0.",
        "Códigos del archivo sin área en la capa: 1 (080999)",
        "Áreas de la capa sin población: 1 (081001)",
    ]
    stops = tmp_path / "stops.csv"
    stops.write_text("stop_name,lat,lon\nPlaza,8.95,-79.54\n")
    for last in (None, "Ya estaban así: nada cambia."):
        _, out, _ = run("gazetteer", "add", stops, "--kind", "parada", "--name", "stop_name")
        assert "lugares que quedan: 1" in out
        assert last is None or out.endswith(last + "\n")
    assert run("gazetteer", "list")[1] == "parada\tstops.csv\t1\n"


def test_a_refusal_is_one_sentence_with_status_1(run: Run, layer: str, tmp_path: Path) -> None:
    run("municipality", "add", PANAMA)
    empty = tmp_path / "vacía.gpkg"
    empty.write_bytes(b"")
    for arguments in (
        ("layers", "add", str(empty), *LAYER),
        ("layers", "add", layer, *LAYER, "--municipality", "0101"),
        ("snapshot", "create", "2024-T1"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert err.count("\n") == 1
    assert run("layers", "add", layer)[0] == 2
    assert run("layers", "add", layer, *LAYER, "--persons", "POB")[0] == 2


def test_with_two_municipalities_one_must_be_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("panama", "cdmx"):
        run("municipality", "add", str(data_dir("layers") / "municipalities" / f"{name}.toml"))
    assert run("municipality", "list")[1].splitlines()[1] == "09\tCiudad de México\tEPSG:32614\tAmerica/Mexico_City"
    code, _, err = run("layers", "list")
    assert code == 1
    assert "0808, 09" in err
    monkeypatch.setenv("OBSERVATORIO_MUNICIPALITY", "09")
    assert run("layers", "list") == (0, "", "")
    assert run("snapshot", "list") == (0, "", "")
