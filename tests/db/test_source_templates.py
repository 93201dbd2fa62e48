"""Sources described on a page: kept in versions, found like those of files, by the pages and by the command."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geo_observatorio.config import Settings
from geo_observatorio.db.engine import INGEST_ROLE, WEB_ROLE, begin, lower_transaction, make_engine
from geo_observatorio.db.source_templates import find_stored, list_stored, save_stored
from geo_observatorio.errors import NotFoundError
from geo_observatorio.services.ingest import ingest_file
from geo_observatorio.services.sample_files import FOLDER, MOST_BYTES
from geo_observatorio.services.templates import find_template, list_templates
from geo_observatorio.sources import SOURCES
from geo_observatorio.sources.templates import make_template
from web import create_app
from web.writing import LONGEST_FORM

SAMPLE = (
    "LLAMADAS ATENDIDAS (INVENTADAS);;;;;\n"
    "Reporte;Fecha del hecho;Tipo de incidente;Corregimiento;Nombre del llamante;Contacto 2\n"
    "B-1;15/03/2024;Ruidos;Bella Vista;Ana Inventada;6612-3456\n"
    "B-2;16/03/2024;Bulla en la noche;San Francisco;Luis Inventado;6612-3457\n"
    "B-3;31/02/2024;Robo;San Francisco;Eva Inventada;6612-3458\n"
)
SAID = {
    "said": "1",
    **{"c0": "case_id", "c1": "day", "c2": "category", "c3": "area", "day": "%d/%m/%Y", "known_by": "number"},
    **{"title": "Bomberos, llamadas", "name": "bomberos", "institution": "Bomberos", "categories": "panama"},
    "alias": "CON-06|Bulla en la noche",
}


@pytest.fixture
def conn(city: Engine) -> Iterator[Connection]:
    with begin(city) as conn:
        yield conn


@pytest.fixture
def client(city: Engine, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    pages = make_engine(database_url, role=WEB_ROLE)
    yield create_app(Settings(home=tmp_path), pages).test_client()
    pages.dispose()


def token_of(client: FlaskClient, path: str = "/datos/fuentes/nueva") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found.group(1)


def send(client: FlaskClient, content: bytes, name: str = "muestra.csv", base: str = "") -> str:
    """Send a sample and return the address of its columns."""
    data = {"actor": "M. R.", "csrf_token": token_of(client), "file": (io.BytesIO(content), name), "from": base}
    answer = client.post("/datos/fuentes/nueva", data=data)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def save(client: FlaskClient, address: str, **changes: object) -> tuple[int, str]:
    path = address.split("?", maxsplit=1)[0]
    query = SAID | ({"from": address.partition("from=")[2]} if "from=" in address else {}) | changes
    data = {"actor": "M. R.", "csrf_token": token_of(client)}
    answer = client.post(path, query_string=query, data=data)
    return answer.status_code, answer.text


def test_a_template_is_kept_in_versions_with_who_and_when(conn: Connection) -> None:
    values = {"name": "X"}
    assert save_stored(conn, "bomberos", values, ["Fecha"], "A. B.") == 1
    assert save_stored(conn, "bomberos", values | {"name": "Y"}, ["Fecha"], "C. D.") == 2
    stored = find_stored(conn, "bomberos")
    assert stored is not None
    assert (stored.version, stored.values, stored.saved_by) == (2, {"name": "Y"}, "C. D.")
    assert len(list_stored(conn)) == 1


def test_a_name_that_no_source_may_have_is_refused_by_the_database(conn: Connection) -> None:
    with pytest.raises(IntegrityError):
        save_stored(conn, "../x", {}, [], "A. B.")


def test_the_writing_role_adds_versions_and_changes_none(database_url: str, city: Engine) -> None:
    pages = make_engine(database_url, role=WEB_ROLE)
    with begin(pages) as conn:
        lower_transaction(conn, INGEST_ROLE)
        save_stored(conn, "bomberos", {}, [], "A. B.")
    for statement in ("UPDATE source_template SET saved_by = 'x'", "DELETE FROM source_template"):
        with begin(pages) as conn:
            lower_transaction(conn, INGEST_ROLE)
            with pytest.raises(ProgrammingError):
                conn.exec_driver_sql(statement)
            conn.rollback()
    pages.dispose()


def test_files_are_consulted_first_and_an_unknown_source_is_told_with_all_there_are(conn: Connection) -> None:
    save_stored(conn, "policia", {"name": "impostor"}, [], "A. B.")
    assert find_template(conn, "policia").name == "Policía Nacional, incidentes"
    assert [template.code for template in list_templates(conn)] == list(SOURCES)
    with pytest.raises(NotFoundError) as refusal:
        find_template(conn, "nadie")
    assert "policia" in str(refusal.value.values["needed"])


def test_a_source_is_described_on_its_sample_and_then_works_like_one_from_a_file(
    client: FlaskClient, city: Engine, tmp_path: Path
) -> None:
    address = send(client, SAMPLE.encode())
    page = client.get(address).text
    assert "Inventada" not in page
    assert "6612" not in page
    assert page.count("No se toma") == 2
    tried = client.get(address, query_string=SAID).text
    for told in ("en cuarentena", "fecha imposible", "Bella Vista", "Guardar la plantilla"):
        assert told in tried
    assert save(client, address)[0] == 303
    assert list((tmp_path / FOLDER).iterdir()) == []
    path = tmp_path / "a.csv"
    path.write_text(SAMPLE, encoding="utf-8")
    with begin(city) as conn:
        report = ingest_file(conn, "bomberos", path)
        assert (report.inserted, report.by_rule) == (1, {"bad_date": 1, "unknown_category": 1})
        everything = conn.exec_driver_sql("SELECT string_agg(i::text, '') FROM incident AS i").scalar_one()
        assert "Inventado" not in everything
    listed = client.get("/datos/fuentes?saved=bomberos").text
    assert "Guardada: versión 1" in listed
    assert "a.csv" in listed


def test_a_template_is_changed_without_a_sample_and_exported_as_a_file(client: FlaskClient, city: Engine) -> None:
    save(client, send(client, SAMPLE.encode()))
    page = client.get("/datos/fuentes/bomberos/editar").text
    assert "Bulla en la noche" in page
    assert save(client, "/datos/fuentes/bomberos/editar", title="Otro nombre", c4="", c5="")[0] == 303
    answer = client.get("/datos/fuentes/bomberos.toml")
    values = tomllib.loads(answer.text)
    assert values["name"] == "Otro nombre"
    assert make_template("bomberos", values).columns["day"] == ("fecha del hecho",)
    with begin(city) as conn:
        stored = find_stored(conn, "bomberos")
        assert stored is not None
        assert stored.version == 2


def test_another_sample_adds_its_spellings_to_those_known(client: FlaskClient, city: Engine) -> None:
    save(client, send(client, SAMPLE.encode()))
    address = send(client, b"Numero,Dia,Incidente\n1,01/02/2024,Robo\n", base="bomberos")
    assert "from=bomberos" in address
    assert save(client, address, c0="case_id", c1="day", c2="category", c3="")[0] == 303
    with begin(city) as conn:
        assert find_template(conn, "bomberos").columns["day"] == ("dia", "fecha del hecho")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"c4": "address"}, "sin datos de personas"),
        ({"c5": "tag:channel"}, "sin datos de personas"),
        ({"c1": ""}, "una columna elegida como fecha"),
        ({"name": "policia"}, "uno que no tenga ya un archivo"),
        ({"name": "../etc"}, "una letra minúscula"),
        ({"c3": "nombre_victima"}, "un campo de la lista"),
        ({"alias": "DAI-99|x"}, "categorías de la clasificación"),
        ({"categories": "../../x"}, "panama"),
        ({"title": "<script>alert(1)</script>" * 9}, "en una línea"),
    ],
)
def test_a_forged_form_saves_nothing(client: FlaskClient, city: Engine, change: dict[str, str], told: str) -> None:
    status, text = save(client, send(client, SAMPLE.encode()), **change)
    assert (status, told in text) == (400, True), text
    with begin(city) as conn:
        assert list_stored(conn) == []


def test_another_template_of_the_same_name_is_not_overwritten(client: FlaskClient) -> None:
    save(client, send(client, SAMPLE.encode()))
    assert save(client, send(client, SAMPLE.encode()))[0] == 409


def test_a_form_without_our_token_or_without_a_name_saves_nothing(client: FlaskClient, city: Engine) -> None:
    address = send(client, SAMPLE.encode())
    assert client.post(address, query_string=SAID, data={"actor": "M. R."}).status_code == 400
    data = {"actor": " ", "csrf_token": token_of(client)}
    assert client.post(address, query_string=SAID, data=data).status_code == 400
    with begin(city) as conn:
        assert list_stored(conn) == []


def workbook(*rows: list[str]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02" * 100,
        b"<html><body><table><tr><td>x</td></tr></table></body></html>",
        b"PK\x03\x04" + b"\x00" * 64,
        b"\xd0\xcf\x11\xe0" + b"\x00" * 64,
        b"PAR1" + b"\x00" * 64,
        ",".join(f"c{n}" for n in range(20_000)).encode(),
    ],
)
def test_a_sample_that_is_no_table_is_refused_in_a_sentence_and_not_kept(
    client: FlaskClient, content: bytes, tmp_path: Path
) -> None:
    data = {"actor": "M. R.", "csrf_token": token_of(client), "file": (io.BytesIO(content), 'a"\r\nX: y.csv')}
    answer = client.post("/datos/fuentes/nueva", data=data)
    assert answer.status_code == 422
    assert "no se puede recibir" in answer.text
    assert list((tmp_path / FOLDER).iterdir()) == []


def test_a_sample_larger_than_samples_are_is_refused(client: FlaskClient) -> None:
    size = {"CONTENT_LENGTH": str(MOST_BYTES + LONGEST_FORM + 1)}
    kind = "multipart/form-data; boundary=x"
    answer = client.post("/datos/fuentes/nueva", content_type=kind, environ_overrides=size)
    assert answer.status_code == 413


def test_markup_and_formulas_in_a_sample_stay_text(client: FlaskClient) -> None:
    rows = (["Fecha", "Delito", "Dirección"], ["01/01/2024", "<img src=x onerror=alert(1)>", "{{7*7}} =1+1"])
    page = client.get(send(client, workbook(*rows), "a.xlsx")).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    assert "{{7*7}}" in page


def test_a_sample_that_is_gone_is_told_so(client: FlaskClient) -> None:
    for token in ("x" * 24, "..%2f..%2fetc", "nada"):
        assert client.get(f"/datos/fuentes/muestra/{token}").status_code == 404
    assert client.get("/datos/fuentes/nadie/editar").status_code == 404
    assert client.get("/datos/fuentes/nadie.toml").status_code == 404


def test_a_municipality_without_limits_is_told_what_is_missing(client: FlaskClient, city: Engine) -> None:
    address = send(client, SAMPLE.encode())
    with begin(city) as conn:
        conn.exec_driver_sql("DELETE FROM boundary_set")
    answer = client.get(address)
    assert (answer.status_code, "observatorio layers add" in answer.text) == (404, True)


def test_the_list_of_sources_tells_what_is_taken_and_what_never(client: FlaskClient) -> None:
    page = client.get("/datos/fuentes").text
    assert "nunca" in page
    assert "Ministerio Público, denuncias por artículo y mes" in page
    assert "se guardan como conteos" in page
    assert client.get("/datos/fuentes?lang=en").text.count("What is taken") == len(SOURCES)


def test_files_of_templates_of_the_project_are_sent_as_they_are(client: FlaskClient) -> None:
    assert client.get("/datos/fuentes/policia.toml").text.startswith("# Panama's police")
