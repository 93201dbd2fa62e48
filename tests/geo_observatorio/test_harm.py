"""The tables of harm: what has a weight, what has none and why, and what is wrong with a bad row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geo_observatorio.errors import SettingError
from geo_observatorio.harm import HarmTable, load_harm
from geo_observatorio.resources import data_dir

HEAD = "code,scale,days,detected,law,source,note\n"


def write(folder: Path, rows: str) -> Path:
    (folder / "x.csv").write_text(HEAD + rows, encoding="utf-8")
    return folder


def test_the_table_of_panama_weighs_only_known_categories_each_with_its_source() -> None:
    table = load_harm()
    with (data_dir("layers") / "categories" / "panama.csv").open(encoding="utf-8", newline="") as text:
        known = {row["code"]: row for row in csv.DictReader(text)}
    assert set(table.days) <= set(known)
    assert table.days["DAI-01"] == 3650
    assert table.days["DAI-01"] > table.days["DAI-17"] > table.days["DAI-20"]
    assert {"DAI-29", "DAI-30", "DAI-31"} == table.proactive
    assert not any(known[code]["sensitive"] == "yes" for code in table.days)
    assert not any(code.startswith("CON-") for code in table.days)


def test_categories_without_a_weight_say_why() -> None:
    table = HarmTable(
        days={"A": 10.0, "B": 20.0, "F": 3.0},
        scales={"A": "delitos", "B": "delitos", "F": "faltas"},
        proactive=frozenset({"P"}),
    )
    assert table.choose("ABFPX") == (["A", "B"], {"F": "other_scale", "P": "proactive", "X": "without_harm"})
    assert table.choose("F") == (["F"], {})
    assert table.choose("PX") == ([], {"P": "proactive", "X": "without_harm"})


def test_another_table_is_another_edition(tmp_path: Path) -> None:
    first = load_harm(write(tmp_path, "A,delitos,10,reported,ley,fuente,\n")).edition
    assert load_harm(write(tmp_path, "A,delitos,11,reported,ley,fuente,\n")).edition != first


@pytest.mark.parametrize(
    "row",
    [
        "A,delitos,diez,reported,ley,fuente,",
        "A,delitos,0,reported,ley,fuente,",
        "A,delitos,-5,reported,ley,fuente,",
        "A,delitos,inf,reported,ley,fuente,",
        "A,delitos,nan,reported,ley,fuente,",
        "A,,10,reported,ley,fuente,",
        "A,delitos,10,reported,ley,,",
        "A,delitos,10,proactive,ley,fuente,",
        "A,delitos,10,quizás,ley,fuente,",
    ],
)
def test_a_row_that_says_nothing_sensible_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(SettingError) as refused:
        load_harm(write(tmp_path, row + "\n"))
    assert refused.value.values["name"] == "x.csv:2"


def test_a_file_without_its_columns_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("code,days\nA,1\n", encoding="utf-8")
    with pytest.raises(SettingError) as refused:
        load_harm(tmp_path)
    assert refused.value.values["name"] == "x.csv"
