from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from geo_observatorio.db.cluster import Cluster
from geo_observatorio.db.engine import begin, make_engine
from geo_observatorio.db.migrate import migrate
from geo_observatorio.errors import BackupFailedError, BackupRefusedError, DatabaseNotEmptyError
from geo_observatorio.services.backup import FORMER, restore_into_cluster, restore_into_empty, save_backup

ROWS = """
INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama');
INSERT INTO institution VALUES ('demo', 'Demostración');
INSERT INTO source (code, institution, name) VALUES ('demo', 'demo', 'Demostración');
INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive, publication)
    VALUES ('hurto', 'demo', 'Hurto', 'Theft', 'delitos', 'patrimonio', 'event', false, 'open');
INSERT INTO delivery (source, municipality, file_name, sha256, bytes, rows_read, inserted, updated, duplicate,
    quarantined) VALUES ('demo', '0808', 'ñandú.csv', 'x', 1, 50, 50, 0, 0, 0);
INSERT INTO incident (known_from, municipality, source, source_key, content_hash, delivery, line, category,
    occurred_from, occurred_to, local_day, time_precision, location, x, y, method, score)
    SELECT now(), '0808', 'demo', i::text, i::text, d.id, i, 'hurto', now(), now(), '2022-01-01', 'minute',
        ST_SetSRID(ST_MakePoint(-79.5 + i / 1e4, 9), 4326), i, i, 'coordinate', 1
    FROM generate_series(1, 50) AS i, delivery AS d;
"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"


def read_tables(conn: Connection) -> dict[str, tuple[int, str]]:
    """Return count and md5 of the ordered rows of every table."""
    found = {}
    for name in conn.exec_driver_sql(TABLES).scalars().all():
        sums = f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} AS t"
        found[name] = tuple(conn.exec_driver_sql(sums).one())
    return found


@pytest.fixture
def filled(database_url: str, engine: Engine) -> str:
    with begin(engine) as conn:
        conn.exec_driver_sql(ROWS)
    return database_url


@pytest.fixture
def empty_url(cluster: Cluster, administration: Engine) -> Iterator[str]:
    with administration.connect() as conn:
        conn.exec_driver_sql("CREATE DATABASE empty_one")
    yield cluster.url("empty_one")
    with administration.connect() as conn:
        conn.exec_driver_sql("DROP DATABASE empty_one WITH (FORCE)")


def read_all(url: str) -> dict[str, tuple[int, str]]:
    engine = make_engine(url)
    with begin(engine) as conn:
        tables = read_tables(conn)
    engine.dispose()
    return tables


def test_a_restored_database_equals_the_one_that_was_backed_up(filled: str, empty_url: str, tmp_path: Path) -> None:
    file = tmp_path / "respaldo.dump"
    assert save_backup(filled, file) == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["respaldo.dump"]
    restored = restore_into_empty(empty_url, file)
    assert (restored.municipalities, restored.incidents, restored.deliveries) == (1, 50, 1)
    before, after = read_all(filled), read_all(empty_url)
    assert before == after
    assert before["incident"][0] == 50


def test_a_database_that_holds_tables_is_not_restored_into(filled: str, tmp_path: Path) -> None:
    save_backup(filled, tmp_path / "a.dump")
    before = read_all(filled)
    with pytest.raises(DatabaseNotEmptyError):
        restore_into_empty(filled, tmp_path / "a.dump")
    assert read_all(filled) == before


@pytest.fixture
def in_force(cluster: Cluster) -> str:
    """Return the address of the cluster's own database, migrated, with one municipality in it."""
    engine = make_engine(cluster.url())
    with begin(engine) as conn:
        migrate(conn)
        conn.exec_driver_sql("INSERT INTO municipality VALUES ('09', 'Otra', 32614, 'UTC') ON CONFLICT DO NOTHING")
    engine.dispose()
    return cluster.url()


def test_the_private_database_is_replaced_and_the_former_stays(
    cluster: Cluster, in_force: str, filled: str, tmp_path: Path
) -> None:
    save_backup(filled, tmp_path / "a.dump")
    former, wanted = read_all(in_force), read_all(filled)
    pages = make_engine(in_force)
    with begin(pages) as conn:
        conn.exec_driver_sql("SELECT 1")
    restore_into_cluster(cluster, tmp_path / "a.dump")
    assert read_all(in_force) == wanted
    assert read_all(cluster.url(FORMER)) == former
    with begin(pages) as conn:  # whoever was connected only has to ask again
        assert conn.exec_driver_sql("SELECT count(*) FROM incident").scalar_one() == 50
    pages.dispose()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def change_one_byte(file: Path) -> None:
    tables = file.read_bytes().split(b"x\x9c")  # the header of each compressed table
    largest = max(range(len(tables)), key=lambda i: len(tables[i]) if i else 0)
    damaged = bytearray(tables[largest])
    damaged[len(damaged) // 2] ^= 255
    file.write_bytes(b"x\x9c".join([*tables[:largest], bytes(damaged), *tables[largest + 1 :]]))


def replace_by_text(file: Path) -> None:
    file.write_text("fecha,delito\n01/02/2022,hurto\n", encoding="utf-8")


@pytest.mark.parametrize("damage", [cut, change_one_byte, replace_by_text])
def test_a_damaged_file_leaves_the_data_untouched(
    cluster: Cluster, in_force: str, filled: str, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    file = tmp_path / "a.dump"
    save_backup(filled, file)
    damage(file)
    before = read_all(in_force)
    with pytest.raises(BackupRefusedError):
        restore_into_cluster(cluster, file)
    assert read_all(in_force) == before


def test_a_backup_of_a_newer_version_is_refused(cluster: Cluster, in_force: str, filled: str, tmp_path: Path) -> None:
    engine = make_engine(filled)
    with begin(engine) as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    save_backup(filled, tmp_path / "a.dump")
    before = read_all(in_force)
    with pytest.raises(BackupRefusedError):
        restore_into_cluster(cluster, tmp_path / "a.dump")
    assert read_all(in_force) == before


def test_a_database_of_something_else_is_not_backed_up_as_ours(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(BackupRefusedError):
        save_backup(cluster.url("postgres"), tmp_path / "a.dump")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_told(filled: str, tmp_path: Path) -> None:
    with pytest.raises(BackupFailedError):
        save_backup(filled, tmp_path / "nowhere" / "a.dump")
