"""The pages of uploads, receipts and quarantine on a real database, asked as browsers and forgers ask."""

from __future__ import annotations

import errno
import io
import json
import re
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from geo_observatorio.cli.context import Context
from geo_observatorio.cli.ingest import write_report
from geo_observatorio.cli.receipt import receipt
from geo_observatorio.config import Settings
from geo_observatorio.db.deliveries import find_report
from geo_observatorio.db.engine import WEB_ROLE, begin, make_engine
from geo_observatorio.errors import NotFoundError
from geo_observatorio.reports.receipts import describe
from geo_observatorio.services.ingest import announce_file, ingest_file
from geo_observatorio.services.ingest_report import IngestReport
from geo_observatorio.services.receipts import Hidden, find_receipt
from geo_observatorio.services.spool import SpoolFile
from geo_observatorio.services.upload_work import run_upload
from web import create_app, writing

SETTING = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama', 'es', true);
INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', 'corregimiento', 'prueba', 'x');
INSERT INTO area (boundary_set, code, name, area_km2, label, geometry)
SELECT id, '080807', 'Bella Vista', 1, ST_SetSRID(ST_MakePoint(-79.52, 8.98), 4326),
    ST_Multi(ST_MakeEnvelope(-79.55, 8.95, -79.50, 9.00, 4326)) FROM boundary_set;
"""
SAMPLES = Path(__file__).parents[1] / "geo_observatorio" / "samples"
HEADER = "caso,fecha,hora,delito,direccion,corregimiento,latitud,longitud\n"
GOOD = HEADER + "D-1,15/01/2024,14:30,Robo,Calle 1,Bella Vista,8.98001,-79.52001\n"
MIXED = GOOD + (
    "D-2,31/04/2024,14:30,Robo,Calle Segunda,Bella Vista,8.98001,-79.52001\n"
    "D-3,31/04/2024,14:30,Violencia doméstica,Calle Tercera,Bella Vista,8.98001,-79.52001\n"
    "D-4,16/01/2024,14:30,Abducción,Calle Cuarta,Bella Vista,8.98001,-79.52001\n"
    "<script>alert(1)</script>,31/04/2024,,Robo,\"=cmd|'/c calc', tel. 6612-3456\",Bella Vista,,\n"
)


def never() -> bool:
    return False


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """Return an engine on a database with a synthetic municipality of one area."""
    with begin(engine) as conn:
        conn.exec_driver_sql(SETTING)
    return engine


@pytest.fixture
def app(database_url: str, engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """Return the pages as their own role, whose largest file is one megabyte."""
    pages = make_engine(database_url, role=WEB_ROLE)
    yield create_app(Settings(home=tmp_path, max_upload_mb=1), pages)
    pages.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/datos/subir").text)
    assert found
    return found[1]


def send(client: FlaskClient, content: str | bytes, name: str = "robos.csv", **changes: str) -> TestResponse:
    data = content.encode("utf-8") if isinstance(content, str) else content
    form: dict[str, object] = {"actor": "M. R.", "source": "demo", "municipality": "0808"}
    form |= {"csrf_token": token(client)} | changes
    return client.post("/datos/subir", data=form | {"file": (io.BytesIO(data), name)})


def load(client: FlaskClient, engine: Engine, spool: Path, content: str | bytes = MIXED, **changes: str) -> str:
    """Send, load and receive a file; return the id of its delivery."""
    preview = send(client, content, **changes).headers["Location"]
    form = {"actor": "M. R.", "decision": "load", "csrf_token": token(client)}
    assert client.post(preview, data=form).status_code == 303
    with begin(engine) as conn:
        upload = conn.exec_driver_sql("SELECT id FROM upload WHERE state = 'queued'").scalar_one()
    assert run_upload(engine, spool, upload, never)
    page = client.get(f"/datos/cargas/{upload}").text
    found = re.search(r"/datos/entregas/([0-9a-f-]{36})", page)
    assert found, page
    return found[1]


def count(engine: Engine, what: str) -> int:
    with begin(engine) as conn:
        number: int = conn.exec_driver_sql(f"SELECT count(*) FROM {what}").scalar_one()
    return number


def test_a_file_is_previewed_loaded_and_receipted(client: FlaskClient, engine: Engine, spool: Path) -> None:
    answer = send(client, MIXED)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "fecha imposible" in page
    assert "4 en cuarentena" in page
    assert count(engine, "incident") + count(engine, "delivery") + count(engine, "source") == 0
    delivery = load(client, engine, spool)
    page = client.get(f"/datos/entregas/{delivery}").text
    assert "M. R." in page
    assert "delito desconocido" in page
    assert list(spool.iterdir()) != []  # the first one still waits for a decision
    plain = json.loads(client.get(f"/datos/entregas/{delivery}.json").text)
    assert (plain["rows_read"], plain["inserted"], plain["quarantined"], plain["sent_by"]) == (5, 1, 4, "M. R.")
    assert plain["by_rule"] == {"bad_date": 3, "unknown_category": 1}
    pdf = client.get(f"/datos/entregas/{delivery}.pdf")
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF-1.7")
    assert b"StructTreeRoot" in pdf.data


def test_what_a_workbook_hides_is_told_with_its_lines(client: FlaskClient, engine: Engine, spool: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in (book["Sheet"], book.create_sheet("Borrador <b>")):
        for line in [*GOOD.splitlines(), GOOD.splitlines()[1].replace("D-1", "D-2")]:
            sheet.append(line.split(","))
        sheet.row_dimensions[3].hidden = True
    sheet.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    delivery = load(client, engine, spool, content.getvalue(), name="robos.xlsx")
    page = client.get(f"/datos/entregas/{delivery}").text
    assert re.search(r'href="/datos" aria-current="true">Entregas', page)
    assert '<bdi>Borrador &lt;b&gt;</bdi></th><td class="number">3</td>' in page
    assert '<bdi>Sheet</bdi></th><td class="number">1</td>' in page
    assert [item["hidden"] for item in client.get(f"/datos/entregas/{delivery}.json").json["sheets"]] == [False, True]
    with begin(engine) as conn:
        told = find_receipt(conn, delivery)
        report = IngestReport(**find_report(conn, "demo", "0808", told.sha256) or {})
    assert told.hidden == Hidden(sheets={"Borrador <b>": 3}, rows={"Sheet": 1})
    parts = {part["title"]: part["rows"] for part in describe(told, "en")["parts"]}
    assert parts["Hidden sheets, which were not read"] == [("Borrador <b>", "3")]
    assert re.search(r"Hojas ocultas, que no se leen: sus líneas *\n  Borrador <b> +3\n", write_report(report, "es"))


def test_a_file_is_looked_at_while_another_of_its_source_comes_in(
    client: FlaskClient, engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "grande.csv"
    path.write_text(MIXED, encoding="utf-8")
    with begin(engine) as conn:
        announce_file(conn, "demo", path)
    with begin(engine) as conn:
        ingest_file(conn, "demo", path, municipality="0808")  # minutes for a large file, and then it commits
        answer = send(client, GOOD.replace("D-1", "E-1"))
        assert answer.status_code == 303
        assert "1 nuevas" in client.get(answer.headers["Location"]).text


def test_what_another_transaction_holds_is_waited_for_a_moment_and_told(
    client: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PATIENCE", "100ms")
    with begin(engine) as conn:
        conn.exec_driver_sql("LOCK TABLE source IN EXCLUSIVE MODE")
        answer = send(client, GOOD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5")
    assert "Se está recibiendo un archivo" in answer.text


def test_the_file_to_correct_closes_what_was_refused_when_it_comes_back(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    delivery = load(client, engine, spool)
    address = f"/datos/entregas/{delivery}/corregir.csv"
    assert address in client.get(f"/datos/entregas/{delivery}").text
    answer = client.get(address)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="corregir-{delivery[:8]}.csv"'
    assert "Abducción" not in answer.data.decode("utf-8-sig")  # what is not known may be reserved
    corrected = answer.data.decode("utf-8-sig").replace("31/04/2024", "30/04/2024")
    second = load(client, engine, spool, corrected)
    assert second != delivery
    assert count(engine, "quarantine WHERE solved_at IS NULL") == 2
    assert "M. R." in client.get(f"/datos/cuarentena?delivery={delivery}&state=solved").text
    assert client.get(f"/datos/entregas/{second}.json").get_json()["corrected"] == 2


def test_a_year_that_only_the_name_of_a_file_tells_reaches_its_reader(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    table = (SAMPLES / "ministerio_publico.csv").read_text(encoding="utf-8").replace("2024", "").replace("2025", "")
    delivery = load(client, engine, spool, table, source="ministerio_publico", name="cuadro_2023.csv")
    told = client.get(f"/datos/entregas/{delivery}.json").get_json()
    assert (told["first_day"], told["last_day"], told["file_name"]) == ("2023-01-01", "2023-12-31", "cuadro_2023.csv")
    assert list(spool.iterdir()) == []


def test_what_is_let_go_leaves_nothing(client: FlaskClient, engine: Engine, spool: Path) -> None:
    preview = send(client, GOOD).headers["Location"]
    form = {"actor": "M. R.", "decision": "discard", "csrf_token": token(client)}
    assert client.post(preview, data=form).status_code == 303
    assert list(spool.iterdir()) == []
    assert client.get(preview).status_code == 410


def test_the_same_bytes_again_lead_to_the_earlier_receipt(client: FlaskClient, engine: Engine, spool: Path) -> None:
    delivery = load(client, engine, spool, GOOD)
    page = client.get(send(client, GOOD, name="otro.csv").headers["Location"]).text
    assert "ya se recibieron" in page
    assert delivery in page
    assert 'value="load"' not in page


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"csrf_token": "forged"}, 400),
        ({"csrf_token": ""}, 400),
        ({"actor": ""}, 400),
        ({"source": "nadie"}, 404),
        ({"source": "../../etc/passwd"}, 404),
        ({"municipality": ""}, 400),
        ({"municipality": "9999"}, 404),
    ],
)
def test_a_forged_or_unfinished_form_is_refused_and_its_file_removed(
    changes: dict[str, str], status: int, client: FlaskClient, engine: Engine, spool: Path
) -> None:
    answer = send(client, GOOD, **changes)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert list(spool.iterdir()) == []
    assert count(engine, "upload") == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><table><tr><td>caso</td></tr></table>",
        b"%PDF-1.7 nada",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"PAR1" + bytes(50),
        b"PK\x03\x04" + bytes(50),
        b"\xd0\xcf\x11\xe0" + bytes(50),
        bytes(5000),
        HEADER.replace("fecha", "cuando").encode(),
    ],
    ids=["empty", "html", "pdf", "png", "parquet", "zip", "xls", "zeros", "other columns"],
)
def test_what_is_no_table_is_refused_by_its_content_whatever_its_name(
    content: bytes, client: FlaskClient, engine: Engine, spool: Path
) -> None:
    answer = send(client, content, name="robos.xlsx")
    assert answer.status_code == 422
    assert "robos.xlsx" in answer.text
    assert list(spool.iterdir()) == []
    assert count(engine, "upload") == 0


def test_a_file_larger_than_the_setting_is_refused_with_both_sizes(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    answer = client.post(
        "/datos/subir",
        input_stream=io.BytesIO(b"--x"),
        environ_overrides={"CONTENT_LENGTH": str(3 * 2**20)},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "3 MB" in answer.text
    assert not spool.exists() or list(spool.iterdir()) == []


def test_a_file_that_does_not_say_its_size_is_cut_off_at_the_limit(client: FlaskClient, spool: Path) -> None:
    boundary = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = io.BytesIO(boundary + b"x" * 3 * 2**20 + b"\r\n--x--\r\n")
    answer = client.post(
        "/datos/subir",
        input_stream=body,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert not spool.exists() or list(spool.iterdir()) == []


def test_a_disk_without_room_is_told_before_anything_is_read(
    client: FlaskClient, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    form_token = token(client)
    monkeypatch.setattr("geo_observatorio.services.spool.shutil.disk_usage", lambda _path: usage(1, 1, 1000))
    answer = send(client, GOOD, csrf_token=form_token)
    assert answer.status_code == 507
    assert "No hay sitio en el disco" in answer.text


def test_a_disk_that_fills_up_while_a_file_comes_is_told_too(
    client: FlaskClient, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: SpoolFile, _data: bytes) -> int:
        from geo_observatorio.services.spool import refuse_or  # noqa: PLC0415

        raise refuse_or(OSError(errno.ENOSPC, "No space left on device"), 5_000_000)

    form_token = token(client)
    monkeypatch.setattr(SpoolFile, "write", fail)
    answer = send(client, GOOD, csrf_token=form_token)
    assert answer.status_code == 507
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('a"\r\nX-Evil: y.csv', "<bdi>a</bdi>"),  # as a forger writes it, and as browsers do
        ("a%22%0D%0AX-Evil: y.csv", "X-Evil: y.csv</bdi>"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\datos\\robos.csv", "robos.csv"),
        ("b" * 300 + ".csv", "b" * 145 + "….csv"),
        ("\u202evsc.sobor\u200b.csv", "vsc.sobor.csv"),
        ("<img src=x onerror=alert(1)>.csv", "&lt;img src=x onerror=alert(1)&gt;.csv"),
        ("=cmd|' /C calc'!A0.csv", "C calc&#39;!A0.csv"),
        ("{{7*7}}${1}.csv", "{{7*7}}${1}.csv"),
    ],
)
def test_a_hostile_name_stays_text_and_reaches_no_header_and_no_path(
    name: str, shown: str, client: FlaskClient, engine: Engine, spool: Path
) -> None:
    answer = send(client, GOOD, name=name)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["Location"])
    assert shown in page.text
    assert "X-Evil" not in page.headers
    assert all(re.fullmatch(r"[a-p]{32}", path.name) for path in spool.iterdir())


def pack(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_a_zip_of_one_file_is_that_file(client: FlaskClient, engine: Engine, spool: Path) -> None:
    delivery = load(client, engine, spool, pack(robos=GOOD.encode()))
    assert client.get(f"/datos/entregas/{delivery}.json").get_json()["inserted"] == 1


@pytest.mark.parametrize(
    "content",
    [
        pack(),
        pack(a=GOOD.encode(), b=GOOD.encode()),
        pack(bomb=bytes(300 * 2**20)),
        pack(inner=pack(a=GOOD.encode())),
        pack(robos=GOOD.encode())[:-30],
    ],
    ids=["none", "two", "bomb", "zip in zip", "truncated"],
)
def test_other_zips_are_refused(content: bytes, client: FlaskClient, engine: Engine, spool: Path) -> None:
    answer = send(client, content, name="robos.zip")
    assert answer.status_code == 422
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("path", ["", "/cancelar"])
def test_changes_of_an_upload_need_our_token_and_a_name(path: str, client: FlaskClient, engine: Engine) -> None:
    preview = send(client, GOOD).headers["Location"]
    address = preview if not path else preview.replace("subir", "cargas") + path
    assert client.post(address, data={"actor": "M. R.", "decision": "load"}).status_code == 400
    form = {"csrf_token": token(client), "decision": "load", "actor": " "}
    assert client.post(address, data=form).status_code == 400
    assert count(engine, "upload WHERE state = 'received'") == 1


def test_loading_twice_queues_once(client: FlaskClient, engine: Engine) -> None:
    preview = send(client, GOOD).headers["Location"]
    form = {"actor": "M. R.", "decision": "load", "csrf_token": token(client)}
    for _ in range(2):
        assert client.post(preview, data=form).status_code == 303
    assert count(engine, "procrastinate.procrastinate_jobs") == 1
    args = "SELECT args::text FROM procrastinate.procrastinate_jobs"
    with begin(engine) as conn:
        assert list(json.loads(conn.exec_driver_sql(args).scalar_one())) == ["upload"]


def test_cancelling_what_waits_removes_its_file(client: FlaskClient, engine: Engine, spool: Path) -> None:
    preview = send(client, GOOD).headers["Location"]
    form = {"actor": "A. B.", "decision": "load", "csrf_token": token(client)}
    client.post(preview, data=form)
    page = preview.replace("subir", "cargas")
    assert client.post(page + "/cancelar", data=form).status_code == 303
    assert "A. B." in client.get(page).text
    assert list(spool.iterdir()) == []


def test_a_failure_is_told_in_the_language_of_who_reads_it(client: FlaskClient, engine: Engine, spool: Path) -> None:
    preview = send(client, GOOD).headers["Location"]
    client.post(preview, data={"actor": "M. R.", "decision": "load", "csrf_token": token(client)})
    for path in spool.iterdir():
        path.write_text("nada", encoding="utf-8")
    with begin(engine) as conn:
        upload = conn.exec_driver_sql("SELECT id FROM upload").scalar_one()
    assert run_upload(engine, spool, upload, never)
    assert "El archivo robos.csv no se puede recibir" in client.get(f"/datos/cargas/{upload}").text
    assert "The file robos.csv cannot be" in client.get(f"/datos/cargas/{upload}?lang=en").text


def test_progress_asks_for_itself_until_it_is_over(client: FlaskClient, engine: Engine, spool: Path) -> None:
    preview = send(client, GOOD).headers["Location"]
    client.post(preview, data={"actor": "M. R.", "decision": "load", "csrf_token": token(client)})
    page = preview.replace("subir", "cargas")
    fragment = client.get(page, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "hx-get" in fragment
    assert 'http-equiv="refresh"' in client.get(page).text
    with begin(engine) as conn:
        upload = conn.exec_driver_sql("SELECT id FROM upload").scalar_one()
    assert run_upload(engine, spool, upload, never)
    assert "hx-get" not in client.get(page, headers={"HX-Request": "true"}).text
    assert 'http-equiv="refresh"' not in client.get(page).text


def test_refused_rows_tell_no_place_of_a_reserved_or_unknown_category(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    delivery = load(client, engine, spool)
    page = client.get(f"/datos/cuarentena?delivery={delivery}").text
    assert "Calle Segunda" in page
    assert "Calle Tercera" not in page
    assert "Calle Cuarta" not in page
    assert "6612-3456" not in page
    assert "<script>alert" not in page
    preview = client.get(send(client, MIXED + "\n").headers["Location"]).text
    assert "Calle Tercera" not in preview
    assert "Calle Cuarta" not in preview


def test_a_row_that_did_not_fit_leaves_on_the_page_and_is_closed_by_its_correction(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    delivery = load(client, engine, spool, GOOD + "D-2,16/01/2024,14:30,Robo\n")
    sent = client.get(f"/datos/entregas/{delivery}/corregir.csv").get_data(as_text=True).removeprefix("\ufeff")
    header, row = sent.splitlines()
    assert "celdas que no calzan con el encabezado" in row
    with begin(engine) as conn:
        number = conn.exec_driver_sql("SELECT id FROM quarantine").scalar_one()
    values = dict.fromkeys(header.split(","), "") | {"caso": "D-2", "fecha": "16/01/2024", "delito": "Robo"}
    values |= {"corregimiento": "Bella Vista", header.split(",")[-1]: str(number)}
    load(client, engine, spool, "\r\n".join((header, ",".join(values.values()))))
    assert count(engine, "quarantine WHERE solved_at IS NULL") == 0


def test_the_quarantine_of_counts_offers_no_file_that_there_is_not(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    title = "Denuncias 2025, distrito de Panamá\n\n"
    table = title + "Delito,Enero,Febrero,TOTAL\nArtículo 213 Hurto,1,2,3\nArtículo 218 Robo,1,2,4\n"
    delivery = load(client, engine, spool, table, source="ministerio_publico")
    page = client.get(f"/datos/cuarentena?delivery={delivery}").text
    assert "corregir.csv" not in page
    assert "se envía otra vez entero" in page


@pytest.mark.parametrize(("category", "told"), [("DAI-15", "entró al asignarse"), ("-", "no es un incidente")])
def test_what_became_of_an_unknown_offence_is_told_in_words(
    category: str, told: str, client: FlaskClient, engine: Engine, spool: Path
) -> None:
    load(client, engine, spool)
    form = {"actor": "A. B.", "alias": "abduccion", "category": category, "csrf_token": token(client)}
    assert client.post("/datos/categorias/asignar?municipality=0808", data=form).status_code == 303
    page = client.get("/datos/cuarentena?state=solved").text
    assert told in page
    assert ">inserted<" not in page


def test_a_refused_row_is_set_aside_with_a_reason_and_taken_back(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    load(client, engine, spool)
    with begin(engine) as conn:
        row = conn.exec_driver_sql("SELECT id FROM quarantine WHERE line = 3").scalar_one()
    form = {"actor": "A. B.", "row": str(row), "csrf_token": token(client)}
    assert client.post("/datos/cuarentena/descartar", data=form | {"reason": " "}).status_code == 400
    assert client.post("/datos/cuarentena/descartar", data=form | {"reason": "prueba <b>"}).status_code == 303
    page = client.get("/datos/cuarentena?state=solved").text
    assert "prueba &lt;b&gt;" in page
    assert "A. B." in page
    assert count(engine, "quarantine WHERE solved_at IS NULL") == 3
    assert client.post("/datos/cuarentena/reabrir", data=form | {"actor": "C. D."}).status_code == 303
    assert count(engine, "quarantine WHERE solved_at IS NULL") == 4
    with begin(engine) as conn:
        log = conn.exec_driver_sql("SELECT action, reason, decided_by FROM quarantine_decision ORDER BY id").all()
    assert [tuple(item) for item in log] == [("discarded", "prueba <b>", "A. B."), ("reopened", "", "C. D.")]


def test_all_rows_of_one_delivery_and_rule_are_set_aside_at_once(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    delivery = load(client, engine, spool)
    form = {"actor": "A. B.", "scope": "all", "reason": "prueba", "csrf_token": token(client), "delivery": delivery}
    assert client.post("/datos/cuarentena/descartar", data=form).status_code == 400
    assert client.post("/datos/cuarentena/descartar", data=form | {"rule": "bad_date"}).status_code == 303
    assert count(engine, "quarantine WHERE solved_at IS NULL") == 1
    assert count(engine, "quarantine_decision") == 3


def test_a_row_that_was_solved_otherwise_is_not_reopened(client: FlaskClient, engine: Engine, spool: Path) -> None:
    load(client, engine, spool)
    with begin(engine) as conn:
        conn.exec_driver_sql("UPDATE quarantine SET solved_at = now(), solved_by = 'x', solution = 'corregida'")
        row = conn.exec_driver_sql("SELECT min(id) FROM quarantine").scalar_one()
    form = {"actor": "A. B.", "row": str(row), "csrf_token": token(client), "reason": "ninguna"}
    for action in ("reabrir", "descartar"):
        assert client.post(f"/datos/cuarentena/{action}", data=form).status_code == 303
    assert count(engine, "quarantine WHERE solution = 'corregida'") == 4


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?rule=<script>", 200),
        ("?delivery=1", 404),
        ("?delivery=' OR 1=1 --", 404),
        ("?state=gone", 400),
        ("?page=0", 400),
        ("?page=99999", 200),
        ("?municipality=9999", 404),
    ],
)
def test_nonsense_in_the_address_is_refused_or_finds_nothing(query: str, status: int, client: FlaskClient) -> None:
    answer = client.get(f"/datos/cuarentena{query}")
    assert answer.status_code == status
    assert "<script>" not in answer.text.replace("<script nonce", "")


@pytest.mark.parametrize("rows", [[], ["x"], ["-1"], ["9" * 30], [str(n) for n in range(1, 600)]])
def test_rows_that_are_none_are_refused(rows: list[str], client: FlaskClient) -> None:
    form = {"actor": "A. B.", "row": rows, "csrf_token": token(client), "reason": "ninguna"}
    assert client.post("/datos/cuarentena/descartar", data=form).status_code == 400


@pytest.mark.parametrize("path", ["entregas", "cargas", "subir"])
def test_what_there_is_not_is_told(path: str, client: FlaskClient) -> None:
    assert client.get(f"/datos/{path}/00000000-0000-4000-8000-000000000000").status_code == 404
    assert client.get(f"/datos/{path}/nada").status_code == 404


def test_a_receipt_is_had_from_the_command_line_too(
    client: FlaskClient, engine: Engine, spool: Path, database_url: str, tmp_path: Path
) -> None:
    delivery = load(client, engine, spool)
    context = Context(settings=Settings(home=tmp_path, database_url=database_url))
    answer = CliRunner().invoke(receipt, [delivery], obj=context)
    assert json.loads(answer.stdout)["rows_read"] == 5
    out = tmp_path / "recibo.pdf"
    assert CliRunner().invoke(receipt, [delivery, "--format", "pdf", "--out", str(out)], obj=context).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert isinstance(CliRunner().invoke(receipt, ["nada"], obj=context).exception, NotFoundError)


def test_of_very_many_deliveries_the_page_shows_the_latest_and_the_csv_all(
    client: FlaskClient, engine: Engine, spool: Path
) -> None:
    delivery = load(client, engine, spool)
    with begin(engine) as conn:
        conn.exec_driver_sql(
            "INSERT INTO delivery (source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
            " duplicate, quarantined) SELECT source, municipality, 'chico ' || n, 'h' || n, 1, 0, 0, 0, 0, 0"
            " FROM delivery, generate_series(1, 150) AS n WHERE id = %(id)s",
            {"id": delivery},
        )
    page = client.get("/datos").text
    assert page.count('href="/datos/entregas/') == 100
    assert "Las últimas 100; el CSV las tiene todas." in page
    assert len(client.get("/datos/entregas.csv").text.splitlines()) == 152
