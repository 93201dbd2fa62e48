from datetime import date

from geo_observatorio.language import format_day, format_number, translate


def test_spanish_stands_for_itself_and_english_comes_from_the_catalogue() -> None:
    assert translate("Base de datos", "es") == "Base de datos"
    assert translate("Base de datos", "en") == "Database"


def test_a_text_without_translation_stays_as_it_is() -> None:
    assert translate("Calle 50", "en") == "Calle 50"


def test_numbers_are_written_as_in_panama_in_both_languages() -> None:
    for language in ("es", "en"):
        assert format_number(1234.5, language, decimals=1) == "1,234.5"
        assert format_number(11237, language) == "11,237"


def test_days_are_written_day_first() -> None:
    assert format_day(date(2022, 2, 1), "es") == format_day(date(2022, 2, 1), "en") == "01/02/2022"
