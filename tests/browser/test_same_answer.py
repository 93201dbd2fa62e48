import re

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text

from geo_observatorio.cli import observatorio
from geo_observatorio.cli.context import Context
from geo_observatorio.config import Settings
from geo_observatorio.db.engine import begin, make_engine

PERIOD = ["--since", "2025-01-01", "--until", "2025-12-31"]


@pytest.mark.parametrize("statistic", ["hotspots", "density", "area_hotspots", "area_totals"])
def test_the_command_line_computes_what_the_page_shows_to_the_last_digit(
    demo_url: str, client: FlaskClient, tmp_path, statistic: str
) -> None:
    page = client.get(f"/mapa?municipality=0808&since=2025-01-01&until=2025-12-31&statistic={statistic}")
    key = re.search(r"/hallazgos/([0-9a-f]{16})\.csv", page.text)
    assert key, page.text[:500]
    shown = client.get(f"/hallazgos/{key[1]}.csv").text
    forget_findings(demo_url)
    context = Context(settings=Settings(home=tmp_path, database_url=demo_url))
    command = ["study", statistic, "--municipality", "0808", *PERIOD, "--format", "csv"]
    told = CliRunner().invoke(observatorio, command, obj=context, catch_exceptions=False)
    assert told.stdout == shown
    assert client.get(f"/hallazgos/{key[1]}.csv").text == shown


def forget_findings(url: str) -> None:
    """Forget the answers, so that the command has to compute its own."""
    engine = make_engine(url)
    with begin(engine) as conn:
        conn.execute(text("DELETE FROM finding"))
    engine.dispose()
