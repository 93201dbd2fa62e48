import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box
from sqlalchemy import Connection

from analysis.errors import NotEnoughDataError
from geo_observatorio.db.areas import BoundarySet, find_boundaries, load_areas, load_window, save_areas
from geo_observatorio.db.snapshots import find_snapshot, list_snapshots, load_mask
from geo_observatorio.errors import AlreadyExistsError, NotFoundError, SelectionError
from geo_observatorio.resources import data_dir
from geo_observatorio.services.municipalities import add_municipality
from geo_observatorio.services.snapshots import create_snapshot

LEFT, BOTTOM = 660_000.0, 1_000_000.0  # metres in UTM 17N, inside the district


@pytest.fixture
def district(conn: Connection) -> Connection:
    """Two squares of 5 km side by side, the right one without data."""
    add_municipality(conn, data_dir("layers") / "municipalities" / "panama.toml")
    shapes = [
        box(LEFT, BOTTOM, LEFT + 5000, BOTTOM + 5000),
        box(LEFT + 5000, BOTTOM, LEFT + 10000, BOTTOM + 5000),
    ]
    table = {"code": ["080801", "081001"], "name": ["A", "B"], "observed": [True, False], "area_km2": [25.0, 25.0]}
    areas = gpd.GeoDataFrame(table, geometry=shapes, crs=32617)
    head = BoundarySet(municipality="0808", level="corregimiento", edition="prueba", sha256="x")
    save_areas(conn, head, areas.assign(label=areas.centroid))
    conn.exec_driver_sql("INSERT INTO institution VALUES ('demo', 'Demo')")
    conn.exec_driver_sql("INSERT INTO source (code, institution, name) VALUES ('demo', 'demo', 'Demo')")
    conn.exec_driver_sql(
        "INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive, publication)"
        " VALUES ('ROB', 's', 'robo', 'robbery', 'l', 'g', 'event', false, 'p'),"
        " ('SEX', 's', 'abuso', 'abuse', 'l', 'g', 'event', true, 'p')"
    )
    conn.exec_driver_sql(
        "INSERT INTO delivery (id, source, municipality, file_name, sha256, bytes, rows_read, inserted, updated,"
        " duplicate, quarantined) VALUES ('00000000-0000-0000-0000-000000000001', 'demo', '0808', 'a', 'x', 1, 0, 0, 0,"
        " 0, 0)"
    )
    return conn


def add_incident(conn: Connection, x: float, y: float, category: str = "ROB", known_to: str = "infinity") -> None:
    conn.exec_driver_sql(
        "INSERT INTO incident (known_from, known_to, municipality, source, source_key, content_hash, delivery, line,"
        " category, occurred_from, occurred_to, local_day, time_precision, location, x, y, method, score)"
        " VALUES ('2024-01-02', %(known_to)s, '0808', 'demo', gen_random_uuid()::text, 'h',"
        " '00000000-0000-0000-0000-000000000001', 1, %(category)s, '2024-01-01', '2024-01-01', '2024-01-01', 'day',"
        " ST_Transform(ST_SetSRID(ST_Point(%(x)s, %(y)s), 32617), 4326), %(x)s, %(y)s, 'coordinate', 1)",
        {"x": x, "y": y, "category": category, "known_to": known_to},
    )


def test_the_mask_is_the_observed_land_near_an_incident(district: Connection) -> None:
    add_incident(district, LEFT + 4950, BOTTOM + 2050)
    snapshot = create_snapshot(district, "0808", "2024-T1", note="primer trimestre")
    kept, mask = load_mask(district, "0808", 32617)
    assert (kept.level, kept.edition, snapshot.mask) == ("mask", "2024-T1", kept.id)
    assert mask.area == pytest.approx(kept.found["cells"] * 10_000, rel=1e-6)
    assert mask.bounds[2] == pytest.approx(LEFT + 5000, abs=1e-3)  # nothing beyond the observed land
    assert mask.bounds[:2] == pytest.approx((LEFT + 4400, BOTTOM + 1500), abs=1e-3)
    assert snapshot.known_at.tzinfo is not None
    window = load_window(load_areas(district, find_boundaries(district, "0808", "corregimiento"), 32617))
    assert window.area == pytest.approx(25e6, rel=1e-6)


def test_reserved_and_closed_incidents_leave_no_trace_in_the_mask(district: Connection) -> None:
    add_incident(district, LEFT + 1050, BOTTOM + 1050)
    create_snapshot(district, "0808", "uno")
    _, before = load_mask(district, "0808", 32617)
    add_incident(district, LEFT + 3050, BOTTOM + 3050, category="SEX")
    add_incident(district, LEFT + 4050, BOTTOM + 1050, known_to="2024-02-01")
    create_snapshot(district, "0808", "dos")
    _, after = load_mask(district, "0808", 32617)
    assert shapely.equals(before, after)


def test_a_snapshot_keeps_its_own_mask_and_its_name_is_never_used_again(district: Connection) -> None:
    add_incident(district, LEFT + 1050, BOTTOM + 1050)
    create_snapshot(district, "0808", "uno")
    add_incident(district, LEFT + 3050, BOTTOM + 3050)
    create_snapshot(district, "0808", "dos")
    assert [item.name for item in list_snapshots(district, "0808")] == ["dos", "uno"]
    areas = [load_mask(district, "0808", 32617, name)[1].area for name in ("uno", "dos", "")]
    assert areas[0] < areas[1] == areas[2]
    with pytest.raises(AlreadyExistsError):
        create_snapshot(district, "0808", "uno")
    with pytest.raises(NotFoundError, match="dos, uno"):
        find_snapshot(district, "0808", "tres")


def test_without_a_placed_incident_there_is_no_mask(district: Connection) -> None:
    with pytest.raises(NotEnoughDataError):
        create_snapshot(district, "0808", "uno")
    add_incident(district, LEFT + 9000, BOTTOM + 1000)  # on land without data, far from the rest
    with pytest.raises(NotEnoughDataError):
        create_snapshot(district, "0808", "uno")
    with pytest.raises(NotFoundError):
        load_mask(district, "0808", 32617)


def test_the_mask_comes_back_cell_by_cell(district: Connection) -> None:
    rng = np.random.default_rng(3)
    for x, y in rng.uniform(0, 5000, (40, 2)).tolist():
        add_incident(district, LEFT + x, BOTTOM + y)
    create_snapshot(district, "0808", "uno")
    _, mask = load_mask(district, "0808", 32617)
    corners = shapely.get_coordinates(mask)
    np.testing.assert_allclose(corners, np.round(corners / 100) * 100, atol=1e-4)


def test_a_snapshot_has_a_name(district: Connection) -> None:
    with pytest.raises(SelectionError):
        create_snapshot(district, "0808", "  ")
