import pytest
from pandas.testing import assert_frame_equal

from geo_observatorio.packing import pack, unpack

STATISTICS = ("density", "hotspots", "area_hotspots", "area_totals")


@pytest.mark.parametrize("name", STATISTICS)
def test_a_finding_comes_back_from_its_bytes_as_it_was(findings, name):
    finding = findings[name]
    again = unpack(pack(finding))
    assert again.provenance == finding.provenance
    assert again.sides == finding.sides
    assert again.result.params == finding.result.params
    assert again.result.view == finding.result.view
    assert again.result.grid == finding.result.grid
    assert dict(again.result.reading) == dict(finding.result.reading)
    assert_frame_equal(again.result.table, finding.result.table, check_dtype=False)
    assert set(again.result.tables) == set(finding.result.tables)
    for table in finding.result.tables:
        assert_frame_equal(again.result.tables[table], finding.result.tables[table], check_dtype=False)


def test_the_same_finding_gives_the_same_bytes_of_data(findings):
    assert len(pack(findings["hotspots"])) == len(pack(unpack(pack(findings["hotspots"]))))
