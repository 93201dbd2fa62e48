"""Languages: Spanish stands in the code itself, English in translations/en/*.po; numbers as in Panama."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date as babel_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from geo_observatorio.area_nouns import rename_areas

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
LOCALES = {"es": "es_PA", "en": "en_US"}  # both write 1,234.5


def translate(text: str, language: str) -> str:
    """Return the Spanish text in the given language; a text without a translation stays Spanish.

    Where the municipality is read by other areas than corregimientos, their noun is said.
    """
    return rename_areas(text if language == "es" else catalogue(language).get(text, text), language)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Read all translations into a language: Spanish text to translated text."""
    texts: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, abort_invalid=True)
        texts |= {str(item.id): str(item.string) for item in messages if item.id and item.string}
    return texts


def format_number(value: float, language: str, *, decimals: int = 0) -> str:
    """Write a number as its readers do: 1,234.5."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALES[language])


def format_day(day: date | datetime, language: str) -> str:
    """Write a day as dd/mm/aaaa, in both languages: this is Panama."""
    return babel_date(day, format="dd/MM/yyyy", locale=LOCALES[language])
