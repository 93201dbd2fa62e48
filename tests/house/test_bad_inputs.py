"""Each of the 76 bad inputs has a test that carries its number, and a line in the manual that says what happens."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = set(range(1, 77))
TEST = re.compile(r"^def test_inputs?((?:_\d\d)+)_", re.MULTILINE)
LINE = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_every_bad_input_has_a_test_with_its_number() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    found = {int(number) for text in texts for name in TEST.findall(text) for number in name.strip("_").split("_")}
    assert found == NUMBERS


def test_every_bad_input_has_a_line_in_the_manual() -> None:
    lines = LINE.findall((ROOT / "docs" / "manual" / "archivos-dificiles.md").read_text(encoding="utf-8"))
    assert [int(number) for number, _, _ in lines] == sorted(NUMBERS)
