"""A city of four squares of five kilometres with a few named things; the names are public, the places invented."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from openlocationcode import openlocationcode as olc
from pyproj import Transformer

from geo_observatorio.geocoding.answers import Answer
from geo_observatorio.geocoding.gazetteer import Entry
from geo_observatorio.geocoding.geocoder import Geocoder

UTM = 32617
TO_DEGREES = Transformer.from_crs(UTM, 4326, always_xy=True)
TO_METRES = Transformer.from_crs(4326, UTM, always_xy=True)
BELLA_VISTA, SAN_FRANCISCO, RIO_ABAJO, PORRAS = "080807", "080809", "080811", "081002"
CORNERS = {
    BELLA_VISTA: ("BELLA VISTA", 660000, 990000),
    SAN_FRANCISCO: ("SAN FRANCISCO", 665000, 990000),
    RIO_ABAJO: ("RÍO ABAJO", 660000, 995000),
    PORRAS: ("BELISARIO PORRAS", 665000, 995000),
}
POINTS = [  # name, kind, x, y
    ("Súper 99 Río Abajo", "supermercado", 662000, 997000),
    ("Iglesia San Juan", "iglesia", 661000, 991000),
    ("Iglesia San Juan", "iglesia", 668000, 998000),
    ("C.E.B.G. MANUEL AMADOR GUERRERO", "escuela", 663000, 998500),
    ("Multiplaza-I", "parada", 667000, 991500),
    ("Hospital Santo Tomás", "hospital", 661200, 990800),
    ("Villa Unida", "barrio", 667000, 997000),
    ("Obarrio", "barrio", 663000, 991800),
    ("San Antonio", "barrio", 661000, 994000),
    ("San Antonio", "barrio", 668500, 996000),
    ("Calle 71 Este", "parada", 668000, 993000),
    ("Calle 74 Este", "parada", 668300, 993100),
    ("Calle 4", "parada", 661500, 999000),
    ("Villa Unida Centro", "parada", 667200, 997100),
    ("Garita Brisas-Control", "parada", 669000, 999000),
]
LINES = [
    ("Calle 50", [(661000, 992000), (669000, 992000)]),
    ("Vía Brasil", [(664000, 991000), (664000, 994000)]),
    ("Calle 60", [(664300, 991000), (664300, 993000)]),
    ("Calle 12 Este", [(661400, 993000), (661700, 993000)]),
    ("Calle 12 Oeste", [(662500, 991200), (662900, 991200)]),
    ("Calle 12 de Octubre", [(662500, 996200), (662900, 996200)]),
    ("Vía Belisario Porras", [(666000, 990500), (666000, 991000)]),
]


def entry(number: int, name: str, kind: str, shape: shapely.Geometry, *, coarse: bool = False) -> Entry:
    degrees = shapely.transform(shape, TO_DEGREES.transform, interleaved=False)
    point = shapely.point_on_surface(degrees)
    line = None if shape.geom_type == "Point" else degrees
    return Entry(id=number, name=name, kind=kind, longitude=point.x, latitude=point.y, shape=line, coarse=coarse)


def make_geocoder(more: tuple[Entry, ...] = ()) -> Geocoder:
    squares = [shapely.box(x, y, x + 5000, y + 5000) for _, x, y in CORNERS.values()]
    table = {"code": list(CORNERS), "name": [name for name, _, _ in CORNERS.values()]}
    areas = gpd.GeoDataFrame(table, geometry=squares, crs=UTM)
    entries = [entry(i, name, kind, shapely.Point(x, y)) for i, (name, kind, x, y) in enumerate(POINTS, 1)]
    entries += [entry(i, name, "calle", shapely.LineString(line)) for i, (name, line) in enumerate(LINES, 101)]
    entries.append(entry(200, "Las Colinas", "barrio", shapely.Point(669500, 990500), coarse=True))
    return Geocoder([*entries, *more], areas, aliases={"24 DE DIC": "080821"})


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return make_geocoder()


def at(answer: Answer) -> tuple[float, float]:
    x, y = TO_METRES.transform(answer.longitude, answer.latitude)
    return round(x), round(y)


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Súper 99 Río Abajo", "landmark", (662000, 997000)),
        ("detrás del SUPER 99, Río Abajo", "landmark", (662000, 997000)),
        ("Fte. al Super 99 de rio abajo, local 4", "landmark", (662000, 997000)),
        ("a 100 m del supermercado 99 de Río Abajo", "landmark", (662000, 997000)),
        ("in front of supermarket 99 rio abajo", "landmark", (662000, 997000)),
        ("Esc. Manuel Amador Guerrero", "landmark", (663000, 998500)),
        ("colegio Manuel Amador Guerero", "landmark", (663000, 998500)),
        ("frente a Multiplasa", "landmark", (667000, 991500)),
        ("MULTIPLAZA", "landmark", (667000, 991500)),
        ("hosp. Sto. Tomas, urgencias", "landmark", (661200, 990800)),
        ("garita de Brisas", "landmark", (669000, 999000)),
        ("calle 50 con vía Brasil", "crossing", (664000, 992000)),
        ("Calle 50 y Brasil", "crossing", (664000, 992000)),
        ("esquina de via brazil y calle 50", "crossing", (664000, 992000)),
        ("calle50 / viabrasil", "crossing", (664000, 992000)),
        ("Avenida Cuarta Sur con Vía Brasil", "crossing", (664000, 992000)),
        ("Calle 71 Este con Calle 74 Este", "crossing", (668150, 993050)),
        ("Calle 50 entre vía Brasil y Calle 60", "crossing", (664150, 992000)),
        ("Calle 50 entre Brasil y 60, local 2", "crossing", (664150, 992000)),
        ("Calle 12 Este, casa 3", "street", (661550, 993000)),
        ("Cl. 12 Oeste # 14-20", "street", (662700, 991200)),
        ("Calle 12 de oct.", "street", (662700, 996200)),
        ("Barriada Villa Unida, casa 12", "barrio", (667000, 997000)),
        ("Villa Hunida, casa 12", "barrio", (667000, 997000)),
        ("Urb. Obarrio, PH Sol, piso 3", "barrio", (663000, 991800)),
    ],
)
def test_an_address_is_found(geocoder: Geocoder, text: str, kind: str, place: tuple[float, float]) -> None:
    answer = geocoder.find(text)
    assert (answer.kind, at(answer)) == (kind, pytest.approx(place, abs=60))
    assert 0.5 < answer.score < 1
    assert answer.radius > 0
    assert answer.parse.parts


@pytest.mark.parametrize("text", ["Calle 12", "calle 12 norte", "Calle 12-B Este"])
def test_another_direction_or_letter_is_another_street(geocoder: Geocoder, text: str) -> None:
    assert geocoder.find(text).kind == "none"


def test_the_type_word_decides_between_a_street_and_a_corregimiento_of_that_name(geocoder: Geocoder) -> None:
    street, area = geocoder.find("Vía Belisario Porras"), geocoder.find("Belisario Porras")
    assert (street.kind, street.area) == ("street", SAN_FRANCISCO)
    assert (area.kind, area.area) == ("corregimiento", PORRAS)
    assert "area_by_name" in area.flags


def test_the_same_name_in_two_suburbs_is_candidates_and_no_guess(geocoder: Geocoder) -> None:
    answer = geocoder.find("detrás de la iglesia San Juan")
    assert (answer.kind, answer.reason) == ("none", "several")
    assert {one.area for one in answer.candidates} == {BELLA_VISTA, PORRAS}


@pytest.mark.parametrize(
    ("text", "stated", "area"),
    [
        ("iglesia San Juan", BELLA_VISTA, BELLA_VISTA),
        ("iglesia San Juan", PORRAS, PORRAS),
        ("iglesia San Juan, corregimiento de Belisario Porras", "", PORRAS),
        ("iglesia San Juan, Bella Vista", "", BELLA_VISTA),
        ("iglesia San Juan, cerca del hospital Santo Tomás", "", BELLA_VISTA),
    ],
)
def test_the_stated_area_or_something_near_decides(geocoder: Geocoder, text: str, stated: str, area: str) -> None:
    answer = geocoder.find(text, stated=stated)
    assert (answer.kind, answer.area) == ("landmark", area)


def test_something_named_outside_the_stated_area_is_not_meant_and_said(geocoder: Geocoder) -> None:
    answer = geocoder.find("frente a Multiplaza", stated=RIO_ABAJO)
    assert (answer.kind, answer.area, answer.flags) == ("corregimiento", RIO_ABAJO, ("outside_stated",))
    assert [one.name for one in answer.candidates] == ["Multiplaza-I"]
    assert answer.score < geocoder.find("", stated=RIO_ABAJO).score


def test_a_long_avenue_without_a_crossing_tells_its_corregimientos_and_asks(geocoder: Geocoder) -> None:
    answer = geocoder.find("Calle 50, local 3")
    assert (answer.kind, answer.reason, answer.flags) == ("none", "long_street", ("ask_crossing",))
    assert {one.area for one in answer.candidates} == {BELLA_VISTA, SAN_FRANCISCO}
    stated = geocoder.find("Calle 50, local 3", stated=SAN_FRANCISCO)
    assert (stated.kind, stated.area, stated.flags) == ("corregimiento", SAN_FRANCISCO, ("ask_crossing",))


def test_a_calle_of_a_small_number_is_nowhere_by_itself(geocoder: Geocoder) -> None:
    assert geocoder.find("Calle 4, casa 8").kind == "none"


def test_a_barrio_in_its_own_column_counts_and_is_no_point(geocoder: Geocoder) -> None:
    answer = geocoder.find("casa 14", barrio="VILLA UNIDA")
    assert (answer.kind, answer.area) == ("barrio", PORRAS)
    assert geocoder.find("frente a Multiplaza", barrio="Obarrio").kind == "landmark"


def test_the_name_of_the_country_names_no_place_of_that_name() -> None:
    geocoder = make_geocoder((entry(500, "Panamá", "parada", shapely.Point(668000, 991000)),))
    answer = geocoder.find("Panamá, Panamá, Río Abajo")
    assert (answer.kind, answer.area, answer.flags) == ("corregimiento", RIO_ABAJO, ("area_by_name",))


def test_what_is_known_to_whole_minutes_places_nothing(geocoder: Geocoder) -> None:
    answer = geocoder.find("Las Colinas, casa 4")
    assert (answer.kind, [one.name for one in answer.candidates]) == ("none", ["Las Colinas"])


def test_a_crossing_that_the_gazetteer_names_in_both_orders_is_one() -> None:
    named = Entry(
        id=400,
        name="Calle 12 Este con Vía Brasil",
        aliases=("Vía Brasil con Calle 12 Este",),
        kind="cruce",
        longitude=-79.53,
        latitude=8.97,
    )
    answer = make_geocoder((named,)).find("vía Brasil y calle 12 este")
    assert (answer.kind, answer.place_ids) == ("crossing", (400,))


def test_points_far_apart_tell_less_of_a_crossing(geocoder: Geocoder) -> None:
    assert geocoder.find("Calle 71 Este y Calle 74 Este").radius > geocoder.find("Calle 50 con Vía Brasil").radius


EMPTY = """Panamá|PANAMA|panamá, panamá|Ciudad de Panamá|República de Panamá|S/D|s/d.|S.D.|sd|000000|0|N/A|n.a.|NA|-|--
|...|   ||por definir|POR DEFINIR.|pendiente|No aplica|no sabe|Sin dirección|sin dato|Sin información|S/N|s/n
|desconocida|se desconoce|NULL|none|ninguna|xxxx|XXX|aaaa|?|???|#|.,;|la calle|vía pública|en su casa|domicilio
|no indica|Panamá, Rep. de Panamá|Ciudad|interior|12345|00-000|lugar de los hechos"""


@pytest.mark.parametrize("text", EMPTY.replace("\n", "").split("|"))
def test_texts_without_content_are_refused(geocoder: Geocoder, text: str) -> None:
    answer = geocoder.find(text)
    assert (answer.kind, answer.reason, answer.score, answer.candidates) == ("none", "empty", 0.0, ())


def test_a_reviewed_text_is_known_again_and_teaches_the_thing_that_it_names() -> None:
    text = "Frente al palo de mango, casa 3"
    assert make_geocoder().find(text).kind == "none"
    taught = make_geocoder((entry(300, text, "revision", shapely.Point(662000, 993000)),))
    assert (taught.find(text).reason, at(taught.find(text))) == ("reviewed", (662000, 993000))
    assert at(taught.find("detrás del palo de mango")) == (662000, 993000)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Vía Brasil 8.9824, -79.5199", (662709, 993235)),
        ("-79.5199 8.9824 casa verde", (662709, 993235)),
        ("""8°58'56.64"N 79°31'11.64"W""", (662709, 993235)),
        ("8.9824N 79.5199W", (662709, 993235)),
        (f"cerca de {olc.encode(8.9824, -79.5199)}", (662709, 993235)),
        (f"casa 4, {olc.encode(8.9824, -79.5199)[4:].lower()}", (662709, 993235)),
    ],
)
def test_a_coordinate_or_a_plus_code_in_the_text_is_read(
    geocoder: Geocoder, text: str, place: tuple[float, float]
) -> None:
    answer = geocoder.find(text)
    assert (answer.kind, at(answer)) == ("coordinate", pytest.approx(place, abs=20))


@pytest.mark.parametrize(
    "text", ["40.4168, -3.7038", "8.98, 79.5", "tel. 6612.3456", "10.12.2024", "B/. 12.500, 3.750"]
)
def test_a_coordinate_elsewhere_or_another_number_is_none(geocoder: Geocoder, text: str) -> None:
    assert geocoder.find(text).kind != "coordinate"


def test_the_order_of_the_gazetteer_and_of_the_questions_changes_nothing() -> None:
    first, second = make_geocoder(), make_geocoder()
    texts = ["Villa Unida", "iglesia San Juan", "Calle 50 con Vía Brasil", "Multiplaza"]
    forwards = [first.find(text) for text in texts]
    assert [second.find(text) for text in reversed(texts)] == forwards[::-1]
    assert [first.find(text) for text in texts] == forwards


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_observatorio.geocoding.geocoder.CACHE", 10)
    geocoder = make_geocoder()
    first = geocoder.find("Multiplaza")
    for number in range(25):
        geocoder.find(f"palabra desconosida {number}")
    assert len(geocoder._answers) <= 10
    assert geocoder.find("Multiplaza") == first


WORDS = ("calle", "via", "50", "12", "este", "con", "y", "entre", "frente", "a", "de", "la", "villa", "unida", ",", "/")


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)))
def test_any_text_has_an_answer_that_can_be_kept(text: str) -> None:
    answer = GEOCODER.find(text)
    assert answer.kind in {"coordinate", "crossing", "landmark", "street", "barrio", "corregimiento", "none"}
    assert 0 <= answer.score <= 1
    assert answer.is_point or answer.kind in {"barrio", "corregimiento", "none"}
    assert answer.as_dict()


GEOCODER = make_geocoder()
