from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
import shapely
from pandas.testing import assert_frame_equal
from sqlalchemy import Connection, text

from analysis import find_statistic
from analysis.density import DensityParams
from analysis.errors import NoStreetsError, NothingElseError
from geo_observatorio.db.copying import write_columns
from geo_observatorio.db.places import Place, save_places
from geo_observatorio.errors import (
    NotFoundError,
    SelectionError,
    SensitiveCategoryError,
    TooMuchWorkError,
    UndeliveredError,
)
from geo_observatorio.models import Selection
from geo_observatorio.readings import read_aloud
from geo_observatorio.sentences import error_sentence
from geo_observatorio.services.overview import count_placing
from geo_observatorio.services.side_by_side import run_densities
from geo_observatorio.services.studies import recall, run_comparison, run_study

YEAR = Selection(municipality="0808", since=date(2024, 1, 1), until=date(2024, 12, 31))
LEFT, BOTTOM = -79.54, 8.96
STEP = 0.03  # degrees: an area of 3.3 km a side


@pytest.fixture
def city(conn: Connection) -> Connection:
    """Return a city of two areas and an enclave without data, with 600 incidents, a third of them in a cluster."""
    conn.exec_driver_sql("INSERT INTO municipality VALUES ('0808', 'Panamá', 32617, 'America/Panama')")
    add_layer(conn, "corregimiento", [box(0), box(1), box(2)], observed=[True, True, False])
    add_layer(conn, "mask", [shapely.box(LEFT, BOTTOM, LEFT + 2 * STEP, BOTTOM + STEP)], observed=[True])
    conn.exec_driver_sql(
        "INSERT INTO snapshot (municipality, name, known_at, mask) SELECT '0808', 'prueba', now(), id FROM boundary_set"
        " WHERE level = 'mask'"
    )
    add_sources(conn)
    rng = np.random.default_rng(7)
    spread = np.column_stack([rng.uniform(LEFT, LEFT + 2 * STEP, 400), rng.uniform(BOTTOM, BOTTOM + STEP, 400)])
    cluster = np.column_stack([rng.normal(LEFT + 0.01, 0.001, 200), rng.normal(BOTTOM + 0.01, 0.001, 200)])
    add_points(conn, np.concatenate([spread, cluster]), category="DAI-15")
    add_points(conn, spread[:60], category="DAI-10")
    return conn


def box(number):
    return shapely.box(LEFT + number * STEP, BOTTOM, LEFT + (number + 1) * STEP, BOTTOM + STEP)


def add_layer(conn, level, boxes, observed):
    number = conn.execute(
        text(
            "INSERT INTO boundary_set (municipality, level, edition, sha256) VALUES ('0808', :level, 'prueba', :level)"
            " RETURNING id"
        ),
        {"level": level},
    ).scalar_one()
    rows = [
        {"set": number, "code": f"{i:02}", "observed": seen, "wkt": shapely.MultiPolygon([shape]).wkt}
        for i, (shape, seen) in enumerate(zip(boxes, observed, strict=True))
    ]
    conn.execute(
        text(
            "INSERT INTO area (boundary_set, code, name, observed, area_km2, label, geometry) VALUES (:set, :code,"
            " 'Área ' || :code, :observed, 10, ST_Centroid(ST_GeomFromText(:wkt, 4326)), ST_GeomFromText(:wkt, 4326))"
        ),
        rows,
    )


def add_sources(conn):
    conn.exec_driver_sql("INSERT INTO institution VALUES ('policia', 'Policía')")
    conn.exec_driver_sql("INSERT INTO source (code, institution, name) VALUES ('policia', 'policia', 'Policía')")
    kinds = (("DAI-15", "Robo", False), ("DAI-20", "Hurto", False), ("DAI-10", "Violencia doméstica", True))
    for code, name, sensitive in kinds:
        conn.execute(
            text(
                "INSERT INTO category (code, scheme, name_es, name_en, line, group_name, count_unit, sensitive,"
                " publication) VALUES (:code, 'panama', :name, :name, 'delitos de alto impacto', :name, 'caso',"
                " :sensitive, 'grid')"
            ),
            {"code": code, "name": name, "sensitive": sensitive},
        )


def add_delivery(conn, n, moment):
    return conn.execute(
        text(
            "INSERT INTO delivery (source, municipality, file_name, sha256, bytes, received_at, rows_read, inserted,"
            " updated, duplicate, quarantined, first_day, last_day) VALUES ('policia', '0808', 'a.csv',"
            " gen_random_uuid()::text, 1, :moment, :n, :n, 0, 0, 0, '2024-01-01', '2024-12-31') RETURNING id"
        ),
        {"n": n, "moment": moment},
    ).scalar_one()


def add_points(conn, lonlat, *, category, moment="2025-01-02T00:00:00Z", day="2024-06-15"):
    delivery = add_delivery(conn, len(lonlat), moment)
    conn.exec_driver_sql("CREATE TEMP TABLE fresh (lonlat geometry(Point, 4326), n integer) ON COMMIT DROP")
    write_columns(conn, "fresh", {"lonlat": lonlat, "n": np.arange(len(lonlat), dtype=np.int32)})
    conn.execute(
        text(
            "INSERT INTO incident (known_from, municipality, source, source_key, content_hash, delivery, line,"
            " category, occurred_from, occurred_to, local_day, local_hour, time_precision, location, x, y, method,"
            " score, radius)"
            " SELECT :moment, '0808', 'policia', :category || :delivery || n, n, :delivery, n, :category, CAST(:day AS"
            " date), CAST(:day AS date), CAST(:day AS date), CASE WHEN n % 2 = 0 THEN 20 END, 'day', lonlat,"
            " ST_X(ST_Transform(lonlat, 32617)), ST_Y(ST_Transform(lonlat, 32617)), 'coordinate', 1, 20 FROM fresh"
        ),
        {"moment": moment, "category": category, "delivery": str(delivery), "day": day},
    )
    conn.exec_driver_sql("DROP TABLE fresh")


def ask(conn, name, selection=YEAR, **options):
    return run_study(conn, name, selection, find_statistic(name).params(**options))


def test_a_planted_cluster_is_found_and_the_finding_can_be_cited(city):
    finding = ask(city, "hotspots")
    assert finding.result.reading["hot95"] > 0
    assert finding.context.n_incidents == 600
    again = recall(city, finding.provenance.key)
    assert_frame_equal(again.result.table, finding.result.table)


def test_the_same_question_is_answered_from_what_was_kept(city):
    first = ask(city, "density")
    assert ask(city, "density").provenance.computed_at == first.provenance.computed_at
    assert ask(city, "density", kernel="quartic").provenance.key != first.provenance.key


def test_a_late_delivery_changes_the_answer_and_the_old_one_can_still_be_asked_for(city):
    before = ask(city, "area_totals")
    add_points(city, np.array([[LEFT + 0.001, BOTTOM + 0.001]] * 10), category="DAI-15", moment="2025-03-01T00:00:00Z")
    after = ask(city, "area_totals")
    assert after.result.n_observations == before.result.n_observations + 10
    as_then = ask(city, "area_totals", replace(YEAR, as_of=before.provenance.selection.as_of))
    assert as_then.provenance.key == before.provenance.key
    city.exec_driver_sql("DELETE FROM finding")
    computed_again = ask(city, "area_totals", replace(YEAR, as_of=before.provenance.selection.as_of))
    assert_frame_equal(computed_again.result.table, before.result.table)


def test_reserved_categories_are_no_part_of_a_map(city):
    finding = ask(city, "hotspots")
    assert finding.result.table["count"].sum() <= 600
    assert finding.context.reserved_left_out
    assert finding.context.n_incidents == 600


@pytest.mark.parametrize("name", ["density", "hotspots", "area_hotspots"])
def test_a_reserved_category_alone_is_refused_as_a_map(city, name):
    with pytest.raises(SensitiveCategoryError):
        ask(city, name, replace(YEAR, categories=("DAI-10",)))


def test_a_reserved_category_is_told_as_totals_of_a_year_and_as_nothing_that_could_be_subtracted(city):
    finding = ask(city, "area_totals", replace(YEAR, categories=("DAI-10",)))
    assert finding.result.reading["total"] == 60
    assert finding.context.n_incidents == 0
    assert ask(city, "area_totals", replace(YEAR, categories=("DAI-10",), level="corregimiento")).result.reading == {
        **finding.result.reading
    }
    add_layer(city, "barrio", [box(0), box(1)], observed=[True, True])  # finer limits of another layer
    for narrow in (
        {"since": date(2024, 2, 1)},
        {"until": date(2024, 11, 30)},
        {"until": date(2025, 12, 31)},
        {"hours": (20,)},
        {"weekdays": (6,)},
        {"areas": ("00",)},
        {"sources": ("policia",)},
        {"categories": ("Violencia doméstica",)},
        {"as_of": datetime(2025, 6, 1, tzinfo=UTC)},
        {"level": "barrio"},
    ):
        with pytest.raises(SensitiveCategoryError):
            ask(city, "area_totals", replace(YEAR, **({"categories": ("DAI-10",)} | narrow)))


def test_a_location_quotient_is_of_all_open_categories_of_the_same_question(city):
    x, y = np.random.default_rng(8).uniform(0, STEP, (2, 200))
    add_points(city, np.column_stack([LEFT + STEP + x, BOTTOM + y]), category="DAI-20")
    chosen = replace(YEAR, categories=("DAI-20",))
    result = ask(city, "location_quotient", chosen).result
    assert result.table["count"].tolist() == [0, 200, 0]
    assert result.table["base"].sum() == 800  # and not the 60 of a reserved category
    assert result.table["class"].tolist()[:2] == ["down99", "up99"]
    night = ask(city, "location_quotient", replace(chosen, areas=("01",), weekdays=(1, 2, 3, 4, 5, 6, 7))).result
    assert night.table.loc[night.table["code"] == "01", "lq"].item() == 1.0  # it is all that is left of the city


def test_all_incidents_have_no_location_quotient(city):
    with pytest.raises(NothingElseError) as refused:
        ask(city, "location_quotient", YEAR)
    assert "600" in error_sentence(refused.value, "es")


def test_an_unknown_hour_is_left_out_of_an_hour_filter_and_counted(city):
    finding = ask(city, "area_totals", replace(YEAR, hours=(20,)))
    assert finding.context.n_incidents == 300
    assert finding.context.hour_unknown == 300


def test_a_chosen_area_cuts_the_scene(city):
    whole, part = ask(city, "area_totals"), ask(city, "area_totals", replace(YEAR, areas=("01",)))
    assert part.result.table["code"].tolist() == ["01"]
    expected = whole.result.table.set_index("code").loc["01", "count"]
    assert part.result.table["count"].iloc[0] == part.context.n_incidents == expected


def test_names_that_mean_nothing_are_refused_in_one_sentence(city):
    for wrong in ({"categories": ("ROBOS",)}, {"areas": ("99",)}, {"line": "otra"}, {"level": "barrio"}):
        with pytest.raises(NotFoundError):
            ask(city, "area_totals", replace(YEAR, **wrong))
    with pytest.raises(NotFoundError):
        recall(city, "0" * 16)
    with pytest.raises(SelectionError):
        ask(city, "area_totals", replace(YEAR, areas=("02",)))
    with pytest.raises(SelectionError):
        run_comparison(city, "hotspots", YEAR, YEAR, find_statistic("hotspots").params())


HALF = date(2024, 6, 30)


def test_two_densities_side_by_side_share_the_wider_bandwidth(city):
    spread = np.column_stack([np.linspace(LEFT, LEFT + STEP, 80), np.full(80, BOTTOM + 0.01)])
    add_points(city, spread, category="DAI-15", day="2024-09-15")
    city.exec_driver_sql("UPDATE incident SET radius = 800 WHERE local_day = '2024-09-15'")
    earlier, later = replace(YEAR, until=HALF), replace(YEAR, since=date(2024, 7, 1))
    findings = run_densities(city, earlier, later, DensityParams())
    assert [finding.result.reading["bandwidth"] for finding in findings] == [800, 800]
    assert ask(city, "density", earlier).result.reading["bandwidth"] == 300


@pytest.mark.parametrize("name", ["change", "zone_change"])
def test_two_periods_are_compared_and_told_in_whole_sentences(city, name):
    rng = np.random.default_rng(3)
    spread = np.column_stack([rng.uniform(LEFT, LEFT + 2 * STEP, 300), rng.uniform(BOTTOM, BOTTOM + STEP, 300)])
    add_points(city, spread, category="DAI-15", day="2024-09-15")
    options = {"areas": "00"} if name == "zone_change" else {}
    params = find_statistic(name).params(**options)
    later = replace(YEAR, since=date(2024, 7, 1))
    finding = run_comparison(city, name, replace(YEAR, until=HALF), later, params)
    assert [side.n_incidents for side in finding.sides] == [600, 300]
    spanish, english = read_aloud(finding, "es"), read_aloud(finding, "en")
    assert not set(spanish) & set(english)
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in spanish + english)
    assert_frame_equal(recall(city, finding.provenance.key).result.table, finding.result.table)


BEYOND = replace(YEAR, until=date(2025, 12, 31))


def test_days_that_were_not_delivered_count_in_no_rate_and_are_told(city):
    inside, beyond = ask(city, "area_hotspots"), ask(city, "area_hotspots", BEYOND)
    assert beyond.result.reading["months"] == inside.result.reading["months"] == pytest.approx(366 / 30.4375)
    told = "Los datos llegan del 01/01/2024 al 31/12/2024: los días del 01/01/2025 al 31/12/2025 no se recibieron"
    assert any(told in sentence for sentence in read_aloud(beyond, "es"))
    assert not any("no se recibieron" in sentence for sentence in read_aloud(inside, "es"))
    assert recall(city, beyond.provenance.key).context == beyond.context


def test_a_comparison_says_of_each_side_what_was_not_delivered_and_that_before_is_later(city):
    params = find_statistic("change").params()
    earlier, later = replace(BEYOND, since=date(2024, 6, 1)), replace(YEAR, since=date(2023, 1, 1))
    finding = run_comparison(city, "change", earlier, later, params)
    facts = finding.result.reading
    assert facts["months_before"] == pytest.approx(214 / 30.4375)
    assert facts["months_after"] == pytest.approx(366 / 30.4375)
    text = " ".join(read_aloud(finding, "es"))
    assert "Antes: los datos llegan del 01/01/2024 al 31/12/2024: los días del 01/01/2025 al 31/12/2025" in text
    assert "Después: los datos llegan del 01/01/2024 al 31/12/2024: los días del 01/01/2023 al 31/12/2023" in text
    assert "«antes» es posterior a «después»" in text
    assert "is later than" in " ".join(read_aloud(finding, "en"))


def test_a_period_without_any_delivered_day_is_refused_in_one_sentence(city):
    outside = replace(YEAR, since=date(2026, 1, 1), until=date(2026, 12, 31))
    with pytest.raises(UndeliveredError) as caught:
        ask(city, "density", outside)
    told = "Del 01/01/2026 al 31/12/2026 no hay datos: los datos llegan del 01/01/2024 al 31/12/2024."
    assert error_sentence(caught.value) == told
    for empty in ({"as_of": datetime(2024, 1, 1, tzinfo=UTC)}, {"sources": ("otra",)}):
        with pytest.raises(UndeliveredError):
            ask(city, "density", replace(YEAR, **empty))


def test_the_exposure_is_what_was_delivered_by_the_moment_that_is_asked_about(city):
    first = ask(city, "area_hotspots", BEYOND)
    add_points(city, np.array([[LEFT + 0.001, BOTTOM + 0.001]]), category="DAI-15", moment="2025-03-01T00:00:00Z")
    city.exec_driver_sql("UPDATE delivery SET last_day = '2025-02-28' WHERE received_at = '2025-03-01T00:00:00Z'")
    later = ask(city, "area_hotspots", BEYOND)
    assert later.result.reading["months"] == pytest.approx((366 + 59) / 30.4375)
    as_then = ask(city, "area_hotspots", replace(BEYOND, as_of=first.provenance.selection.as_of))
    assert as_then.provenance.key == first.provenance.key


def test_streets_come_with_the_scene_of_a_statistic_that_needs_them_and_change_its_question(city: Connection) -> None:
    with pytest.raises(NoStreetsError):
        ask(city, "network_density")
    lines = [shapely.LineString([(LEFT, y), (LEFT + 2 * STEP, y)]) for y in np.linspace(BOTTOM, BOTTOM + STEP, 40)]
    save_places(city, "0808", "calle", "prueba", [Place(name="Vía Uno", geometry=lines[20])])
    alone = ask(city, "network_density")
    save_places(
        city, "0808", "tramo", "prueba", [Place(name=f"Tramo {k}", geometry=one) for k, one in enumerate(lines)]
    )
    both = ask(city, "network_density")
    assert alone.provenance.key != both.provenance.key
    assert alone.result.reading["km"] < 8
    assert both.result.reading["km"] > 200
    assert alone.result.n_observations < both.result.n_observations
    assert set(alone.result.tables["streets"]["street"]) == {"Vía Uno"}


def test_how_incidents_were_placed_is_told_without_reserved_categories(city: Connection) -> None:
    assert sum(item.n for item in count_placing(city, "0808")) == 600


def test_an_answer_that_is_known_costs_nothing_however_long_it_took(city: Connection) -> None:
    params = find_statistic("hotspots").params()
    with pytest.raises(TooMuchWorkError):
        run_study(city, "hotspots", YEAR, params, most_seconds=0.0)
    first = run_study(city, "hotspots", YEAR, params)
    assert run_study(city, "hotspots", YEAR, params, most_seconds=0.0).provenance.key == first.provenance.key


def test_a_correction_to_a_reserved_category_is_not_told_by_what_an_earlier_day_shows_more(city):
    before = ask(city, "hotspots").provenance.selection.as_of
    columns = city.exec_driver_sql(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = 'incident'"
        " AND is_generated = 'NEVER' AND column_name NOT IN ('known_from', 'known_to', 'category')"
    ).scalar_one()
    (number,) = city.exec_driver_sql("SELECT id FROM incident WHERE category = 'DAI-15' ORDER BY id LIMIT 1").one()
    city.exec_driver_sql(f"UPDATE incident SET known_to = '2025-03-01' WHERE id = '{number}'")
    city.exec_driver_sql(
        f"INSERT INTO incident (known_from, category, {columns})"
        f" SELECT '2025-03-01', 'DAI-10', {columns} FROM incident WHERE id = '{number}'"
    )
    earlier = ask(city, "hotspots", replace(YEAR, as_of=before))
    later = ask(city, "hotspots", replace(YEAR, as_of=datetime(2025, 6, 1, tzinfo=UTC)))
    assert earlier.context.n_incidents == later.context.n_incidents == 599
    assert_frame_equal(earlier.result.table, later.result.table)
