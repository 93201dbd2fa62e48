"""Addresses of another country for the grammar: are relations, streets, kilometres and houses of 169 addresses read?"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from benchmarks.addresses.labelled import SHARED
from geo_observatorio.geocoding.grammar import describe_spans, parse_words
from geo_observatorio.geocoding.vocabulary import read_vocabulary
from geo_observatorio.geocoding.words import split_words

WRITTEN = {  # what a person reads in the raw text, apart from our grammar: pattern to the role or relation that is owed
    "street": re.compile(r"\b(calle|av|ave|avenida|carretera|boulevard|blvd|alameda|c)\b\.?", re.IGNORECASE),
    "barrio": re.compile(r"\b(barrio|bo|colonia|col|urb|reparto|canton|cantón|lotificacion)\b\.?|\bb°", re.IGNORECASE),
    "kilometre": re.compile(r"\bkil[oó]metro\s+\d|\bkm\.?\s*\d", re.IGNORECASE),
    "house": re.compile(r"\bcasa\s|#\s*\d|\bn[°º]|\bno\.?\s*\d|\bn[uú]mero\s+\d", re.IGNORECASE),
    "frente": re.compile(r"\bfrente\b", re.IGNORECASE),
    "lado": re.compile(r"\bcontiguo", re.IGNORECASE),
    "entre": re.compile(r"\bentre\b", re.IGNORECASE),
    "metros": re.compile(r"\b\d+\s+(metros|cuadras)\b", re.IGNORECASE),
}


def read_addresses() -> list[str]:
    path = SHARED / "gazetteer" / "direcciones_elsalvador_con_coordenadas.csv"
    with path.open(encoding="utf-8", newline="") as text:
        return [row["direccion"].replace("\\t", " ") for row in csv.DictReader(text)]


def print_grammar() -> None:
    """Print of how many addresses that have something it is read, and where it is read without being there."""
    print("\n### Grammar: addresses of El Salvador\n")
    print("| | written in | read of these | read elsewhere |\n|---|---|---|---|")
    addresses = read_addresses()
    found = [set(roles_of(text)) for text in addresses]
    for name, pattern in WRITTEN.items():
        owed = [bool(pattern.search(text)) for text in addresses]
        read = [name in roles for roles in found]
        both = sum(a and b for a, b in zip(owed, read, strict=True))
        print(f"| {name} | {sum(owed)} | {both} ({both / sum(owed):.0%}) | {sum(read) - both} |")


def roles_of(text: str) -> Iterator[str]:
    words = split_words(text, read_vocabulary())
    for part in describe_spans(parse_words(words, read_vocabulary()), words):
        yield part.role
        yield part.relation
        if part.metres == part.metres:
            yield "metros"
