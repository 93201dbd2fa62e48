"""Addresses of our own making, written as complaints and files write them; the names are those of public places."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_observatorio.geocoding.answers import Part
from geo_observatorio.geocoding.grammar import describe_spans, parse_words
from geo_observatorio.geocoding.vocabulary import read_vocabulary
from geo_observatorio.geocoding.words import key_of, split_words


def parse(text: str) -> tuple[Part, ...]:
    words = split_words(text, read_vocabulary())
    return describe_spans(parse_words(words, read_vocabulary()), words)


def tell(text: str) -> list[str]:
    """Return parts as `role: words`, with the relation before them where there is one."""
    return [f"{p.role}{'/' + p.relation if p.relation else ''}: {p.words}" for p in parse(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ave. Balboa", ["street: avenida balboa"]),
        ("Av Balboa, PH Yacht Club, piso 12", ["street: avenida balboa", "building: ph yacht club", "floor: piso 12"]),
        ("Cl. 12 Oeste, Edif. Hatillo", ["street: calle 12 oeste", "building: edificio hatillo"]),
        ("C. 15B Este", ["street: calle 15 b este"]),
        ("Calle C-5", ["street: calle c 5"]),
        ("calle50", ["street: calle 50"]),
        ("Calle 12 de Oct., casa 4", ["street: calle 12 de octubre", "house: casa 4"]),
        ("Ave. 3ra Sur", ["street: avenida 3 sur"]),
        ("Avenida Segunda Norte", ["street: avenida 2 norte"]),
        ("4a. Calle Oriente", ["street: 4 calle oriente"]),
        ("50th street", ["street: 50 calle"]),
        ("Calle A El Valle", ["street: calle a el valle"]),
        ("calle 50 con vía Brasil", ["street: calle 50", "street/esquina: via brasil"]),
        ("Ave. Balboa y Calle 42", ["street: avenida balboa", "street/esquina: calle 42"]),
        ("esquina de Calle 12 y Ave. Central", ["street/esquina: calle 12", "street/esquina: avenida central"]),
        ("Calle Quinta y Sexta", ["street: calle 5", "street/esquina: 6"]),
        ("Vía España / Calle 50", ["street: via espana", "street/esquina: calle 50"]),
        (
            "Calle 50 entre calle 71 y calle 74",
            ["street: calle 50", "street/entre: calle 71", "street/esquina: calle 74"],
        ),
        ("Urb. Los Nogales", ["barrio: urbanizacion los nogales"]),
        (
            "Bda. Villa Unida Calle 4 Casa 12",
            ["barrio: barriada villa unida", "street: calle 4", "house: casa 12"],
        ),
        ("Res. Dorado Lakes, casa 45-B", ["barrio: residencial dorado lakes", "house: casa 45 b"]),
        ("La Siesta, etapa 2, casa H-14", ["words: siesta", "sector: etapa 2", "house: casa h 14"]),
        ("Santa Librada, primera etapa", ["words: santa librada", "sector: 1 etapa"]),
        ("frente a la iglesia", ["landmark/frente: iglesia"]),
        ("Fte. al Súper 99", ["landmark/frente: super 99"]),
        ("detrás del Súper 99 de Río Abajo", ["landmark/detras: super 99 de rio abajo"]),
        ("al lado de la farmacia Arrocha", ["landmark/lado: farmacia arrocha"]),
        ("contiguo a Cable Onda", ["landmark/lado: cable onda"]),
        ("next to Banco General", ["landmark/lado: banco general"]),
        ("in front of the school República de Haití", ["landmark/frente: escuela republica de haiti"]),
        (
            "entrada de Caimitillo, después de la escuela",
            ["landmark/entrada: caimitillo", "landmark/despues: escuela"],
        ),
        ("entre Farmacia Arrocha y el Rey", ["landmark/entre: farmacia arrocha", "landmark/esquina: rey"]),
        ("Instituto de Artes y Oficios", ["landmark: instituto de artes y oficios"]),
        ("Esc. San Pablo y Villanueva", ["landmark: escuela san pablo y villanueva"]),
        ("C.E.B.G. Los Pinos", ["landmark: escuela los pinos"]),
        ("Km 12 Transístmica", ["kilometre: kilometro 12", "words: transistmica"]),
        (
            "Vía España, frente a la iglesia, casa 23, sector 4, corregimiento de Río Abajo",
            [
                "street: via espana",
                "landmark/frente: iglesia",
                "house: casa 23",
                "sector: sector 4",
                "area: corregimiento de rio abajo",
            ],
        ),
    ],
)
def test_an_address_is_taken_apart(text: str, parts: list[str]) -> None:
    assert tell(text) == parts


def test_a_distance_is_kept_and_its_anchor_counts() -> None:
    (part,) = parse("a 200 mts de Multiplaza")
    assert (part.role, part.words, part.relation, part.metres) == ("landmark", "multiplaza", "cerca", 200.0)
    assert [p.metres for p in parse("3 cuadras del parque Urracá")] == [300.0]


def test_a_house_that_is_told_by_a_word_of_a_name_is_no_house() -> None:
    assert tell("La Casa del Zinc") == ["words: casa del zinc"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Esc. República de Haití", "ESCUELA REPUBLICA DE HAITI"),
        ("Centro Comercial Los Andes", "C.C. Los Andes"),
        ("Hosp. Sto. Tomás", "hospital santo tomas"),
        ("5ta etapa", "Quinta Etapa"),
        ("Villa Zaita II", "villa zaita 2"),
        ("24 de dic.", "24 de diciembre"),
        ("Panadería Ñañá", "panaderi\u0301a n\u0303ana\u0301"),
    ],
)
def test_ways_of_writing_one_name_are_one_key(one: str, other: str) -> None:
    assert key_of(split_words(one, read_vocabulary())) == key_of(split_words(other, read_vocabulary()))


@pytest.mark.parametrize(("one", "other"), [("Calle 12 Este", "Calle 12 Oeste"), ("Calle 7", "Calle 7 A")])
def test_direction_and_letter_belong_to_a_street(one: str, other: str) -> None:
    assert tell(one) != tell(other)


PIECES = [*sorted(read_vocabulary().known), "12", "7", "b", ",", "/", "villa", "unida", "de", "con", "y", "entre"]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_any_text_is_parsed_and_its_parts_lie_in_it(text: str) -> None:
    words = split_words(text, read_vocabulary())
    spans = parse_words(words, read_vocabulary())
    assert all(0 <= span.start < span.end <= len(words) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_a_narrative_is_read_no_longer_than_an_address() -> None:
    assert len(split_words("palabra " * 100_000, read_vocabulary())) <= 60
