"""What waits in quarantine leaves as a file, comes back corrected, and is closed by what comes in."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, Engine

from geo_observatorio.cli import observatorio
from geo_observatorio.cli.context import Context
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import begin
from geo_observatorio.errors import NotFoundError
from geo_observatorio.services.conservation import recount
from geo_observatorio.services.fix_me import write_fix_me
from geo_observatorio.services.ingest import IngestReport, ingest_file
from geo_observatorio.services.sending import Sending

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["caso", "fecha", "hora", "delito", "direccion", "corregimiento", "latitud", "longitud"]
GOOD = ["D-1", "15/01/2024", "14:30", "Robo", "Calle 1", "Bella Vista", "8.96500", "-79.53000"]
Rows = list[dict[str, str]]


@pytest.fixture
def conn(city: Engine) -> Iterable[Connection]:
    with begin(city) as conn:
        yield conn


def row(**changes: str) -> list[str]:
    return list((dict(zip(HEADER, GOOD, strict=True)) | changes).values())


def ingest(conn: Connection, path: Path, rows: Sequence[Sequence[str]]) -> IngestReport:
    with path.open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(rows)
    return ingest_file(conn, "demo", path, now=NOW, sending=Sending(sent_by="Ana"))


def read_back(conn: Connection, delivery: str) -> Rows:
    text = write_fix_me(conn, delivery).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def send_back(conn: Connection, path: Path, rows: Rows) -> IngestReport:
    return ingest(conn, path, [list(rows[0]), *(list(one.values()) for one in rows)])


def solved(conn: Connection) -> list[tuple[Any, ...]]:
    sql = "SELECT line, rule, solved_at IS NOT NULL, solved_by, solution FROM quarantine ORDER BY id"
    return [tuple(found) for found in conn.exec_driver_sql(sql)]


def test_a_corrected_file_brings_its_rows_in_and_closes_them(conn: Connection, tmp_path: Path) -> None:
    first = ingest(
        conn, tmp_path / "a.csv", [HEADER, row(caso="D-0"), row(fecha="31/04/2024"), row(caso="D-2", delito="x")]
    )
    assert (first.inserted, first.quarantined) == (1, 2)
    rows = read_back(conn, first.delivery)
    assert [(one["caso"], one["motivo"], one["línea"]) for one in rows] == [
        ("D-1", "fecha imposible", "3"),
        ("D-2", "delito desconocido", "4"),
    ]
    assert rows[0]["longitud"] == "-79.53000"
    rows[0]["fecha"], rows[1]["delito"] = "30/04/2024", "Robo"
    second = send_back(conn, tmp_path / "b.csv", rows)
    assert (second.inserted, second.quarantined, second.solved) == (2, 0, 2)
    told = f"Corregida en la entrega {second.delivery}"
    assert solved(conn) == [(3, "bad_date", True, "Ana", told), (4, "unknown_category", True, "Ana", told)]
    assert read_back(conn, first.delivery) == []
    assert recount(conn).differences == []


def test_what_is_refused_again_stays_open_under_its_first_number(conn: Connection, tmp_path: Path) -> None:
    first = ingest(conn, tmp_path / "a.csv", [HEADER, row(fecha="31/04/2024"), row(caso="D-2", delito="x")])
    rows = read_back(conn, first.delivery)
    rows[0]["fecha"] = "30/04/2024"
    second = send_back(conn, tmp_path / "b.csv", rows)
    assert (second.inserted, second.quarantined, second.solved) == (1, 1, 1)
    assert [done for _, _, done, _, _ in solved(conn)] == [True, False, True]
    assert [one["caso"] for one in read_back(conn, first.delivery)] == ["D-2"]
    rows[1]["delito"] = "Hurto"  # the same file once more, with the rest corrected too
    third = send_back(conn, tmp_path / "c.csv", rows)
    assert (third.inserted, third.duplicate, third.solved) == (1, 1, 1)
    assert all(done for _, _, done, _, _ in solved(conn))
    assert recount(conn).differences == []


def test_a_row_of_another_case_does_not_close_the_one_whose_number_it_carries(conn: Connection, tmp_path: Path) -> None:
    first = ingest(conn, tmp_path / "a.csv", [HEADER, row(fecha="31/04/2024")])
    rows = read_back(conn, first.delivery)
    rows[0] |= {"caso": "ZZ-9", "fecha": "30/04/2024"}
    second = send_back(conn, tmp_path / "b.csv", rows)
    assert (second.inserted, second.solved) == (1, 0)
    assert [one["caso"] for one in read_back(conn, first.delivery)] == ["D-1"]


def test_rows_that_contradict_each_other_come_back_as_they_were_written(conn: Connection, tmp_path: Path) -> None:
    pair = [row(hora="14:35"), row(hora="15:05", direccion="Calle 2")]
    first = ingest(conn, tmp_path / "a.csv", [HEADER, *pair, row(caso="D-9")])
    rows = read_back(conn, first.delivery)
    assert [[one[name] for name in HEADER] for one in rows] == pair
    rows[1]["caso"] = "D-2"
    assert send_back(conn, tmp_path / "b.csv", rows).solved == 2
    hours = conn.exec_driver_sql("SELECT to_char(occurred_from AT TIME ZONE 'America/Panama', 'HH24:MI') FROM incident")
    assert sorted(hours.scalars()) == ["14:30", "14:35", "15:05"]


def test_the_file_is_safe_in_a_spreadsheet_and_comes_back_the_same(conn: Connection, tmp_path: Path) -> None:
    texts = ["=1+1", "+507", "-calle", "@x", "a;b,c", 'dicho "así"', "cel. 6612-3456"]
    rows = [row(caso=f"D-{n}", fecha="", direccion=text) for n, text in enumerate(texts)]
    first = ingest(conn, tmp_path / "a.csv", [HEADER, *rows])
    content = write_fix_me(conn, first.delivery)
    assert content.startswith(b"\xef\xbb\xbf")
    back = read_back(conn, first.delivery)
    assert [one["direccion"] for one in back] == [
        *("'=1+1", "+507", "'-calle", "'@x", "a;b,c", 'dicho "así"', "cel. [retirado]")
    ]
    for one in back:
        one["fecha"] = "15/01/2024"
    send_back(conn, tmp_path / "b.csv", back)
    kept = conn.exec_driver_sql("SELECT address FROM incident ORDER BY case_id").scalars().all()
    assert kept == [*texts[:-1], "cel. [retirado]"]


def test_a_number_of_another_source_or_of_nothing_closes_nothing(conn: Connection, tmp_path: Path) -> None:
    first = ingest(conn, tmp_path / "a.csv", [HEADER, row(fecha="")])
    (one,) = read_back(conn, first.delivery)
    number = one["id de cuarentena"]
    other = tmp_path / "p.csv"
    other.write_text(f"caso,fecha,delito,id de cuarentena\nP-1,15/01/2024,Robo,{number}\n", encoding="utf-8")
    assert ingest_file(conn, "policia", other, now=NOW).solved == 0
    for n, wrong in enumerate(("999999999999999999", "-1", "x", "1; DROP TABLE quarantine", "")):
        changed = one | {"caso": f"D-{n + 5}", "fecha": "15/01/2024", "id de cuarentena": wrong}
        assert send_back(conn, tmp_path / f"{n}.csv", [changed]).solved == 0
    assert [done for _, _, done, _, _ in solved(conn)] == [False]


def test_a_line_that_did_not_fit_leaves_with_its_place_and_nothing_else(conn: Connection, tmp_path: Path) -> None:
    first = ingest(conn, tmp_path / "a.csv", [HEADER, ["D-1", "15/01/2024", "Juan Pérez"], row(caso="D-2")])
    (one,) = read_back(conn, first.delivery)
    assert (one["línea"], one["motivo"]) == ("2", "celdas que no calzan con el encabezado")
    assert {one[name] for name in HEADER} == {""}
    again = send_back(conn, tmp_path / "b.csv", [one])
    assert (again.quarantined, again.solved) == (1, 0)
    assert send_back(conn, tmp_path / "c.csv", [one | dict(zip(HEADER, GOOD, strict=True))]).solved == 1


@pytest.mark.parametrize("delivery", ["nada", "00000000-0000-0000-0000-000000000000"])
def test_a_delivery_that_there_is_not_is_refused(conn: Connection, delivery: str) -> None:
    with pytest.raises(NotFoundError):
        write_fix_me(conn, delivery)


def test_the_commands_write_the_file_and_count_again(
    city: Engine, database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with begin(city) as conn:
        first = ingest(conn, tmp_path / "a.csv", [HEADER, row(), row(caso="D-2", fecha="")])
    context = Context(settings=Settings(home=Path("/nowhere"), database_url=database_url))
    run: Callable[..., Any] = CliRunner().invoke
    out = tmp_path / "corregir.csv"
    done = run(observatorio, ["fix-me", first.delivery, "--out", str(out)], obj=context)
    assert (done.exit_code, "D-2" in out.read_text(encoding="utf-8-sig")) == (0, True)
    assert run(observatorio, ["db", "check"], obj=context).exit_code == 0
    with begin(city) as conn:
        conn.exec_driver_sql("DELETE FROM incident")
    checked = run(observatorio, ["db", "check"], obj=context)
    assert checked.exit_code == 1
    assert "inserted + updated + quarantined dice 2 y hay 1" in checked.stderr
