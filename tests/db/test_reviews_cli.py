"""`observatorio gazetteer review|accept|undo`: the same as the page, for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from geo_observatorio.cli import observatorio
from geo_observatorio.cli.context import Context
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import begin

SETTING = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'x', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 100, ST_SetSRID(ST_MakePoint(-79.55, 8.95), 4326),
    ST_Multi(ST_MakeEnvelope(-79.6, 8.9, -79.5, 9.0, 4326)) FROM boundary_set;
INSERT INTO institution VALUES ('a', 'A');
INSERT INTO source (code, institution, name) VALUES ('a', 'a', 'A');
INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive, publication)
VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'event', false, 'point');
INSERT INTO delivery
    (source, municipality, file_name, sha256, bytes, rows_read, inserted, updated, duplicate, quarantined)
VALUES ('a', '0808', 'a', 'a', 1, 3, 3, 0, 0, 0);
INSERT INTO incident (
    known_from, municipality, source, source_key, content_hash, delivery, line, category, occurred_from,
    occurred_to, local_day, time_precision, address, stated_area, method, score, radius)
SELECT now(), '0808', 'a', n, n, d.id, n, 'x', now(), now(), '2024-01-01', 'day', 'Casa ' || n / 3, '080807',
    'corregimiento', 0.3, 5000
FROM delivery AS d, generate_series(1, 3) AS n;
"""


@pytest.fixture
def context(engine: Engine, database_url: str, tmp_path: Path) -> Context:
    with begin(engine) as conn:
        conn.exec_driver_sql(SETTING)
    return Context(settings=Settings(home=tmp_path, database_url=database_url))


def run(context: Context, *words: str) -> Result:
    return CliRunner().invoke(observatorio, ["gazetteer", *words], obj=context)


def test_a_script_lists_decides_and_undoes(context: Context) -> None:
    listed = json.loads(run(context, "review", "--limit", "1", "--json").stdout)
    assert (listed["texts"], listed["incidents"], len(listed["items"])) == (2, 3, 1)
    (item,) = listed["items"]
    assert (item["address"], item["n"], item["stated_area"]) == ("Casa 0", 2, "080807")
    told = run(context, "accept", item["key"], "--stated", "080807", "--point", "8.95", "-79.55", "--who", "M. R.")
    assert told.stdout == "Decisión 1: cambiaron 2 incidentes.\n"
    assert "Quedan 1 textos, 1 incidentes." in run(context, "review").stdout
    assert run(context, "undo", "1", "--who", "M. R.").stdout == "Decisión 1: deshecha.\n"
    assert "Quedan 2 textos, 3 incidentes." in run(context, "review").stdout


def test_two_meanings_or_none_are_wrong_usage(context: Context) -> None:
    assert run(context, "accept", "x", "--who", "A").exit_code == 2
    assert run(context, "accept", "x", "--who", "A", "--nowhere", "--area", "080807").exit_code == 2
    assert run(context, "accept", "x", "--nowhere").exit_code == 2  # nobody did it
