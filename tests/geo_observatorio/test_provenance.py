from dataclasses import replace
from datetime import date

from geo_observatorio.packing import question_from_dict


def test_the_same_question_has_the_same_key(findings):
    question = findings["hotspots"].provenance.question
    assert question_from_dict(question.as_dict()).key == question.key


def test_every_part_of_a_question_changes_its_key(findings):
    question = findings["hotspots"].provenance.question
    selection = question.selections[0]
    others = [
        replace(question, statistic="density"),
        replace(question, params={**question.params, "cell_size": 300.0}),
        replace(question, as_of="2025-01-03T00:00:00+00:00"),
        replace(question, editions={"boundaries": "otra"}),
        replace(question, code="otro"),
        replace(question, selections=(replace(selection, until=date(2024, 12, 30)),)),
        replace(question, selections=(replace(selection, categories=("DAI-15",)),)),
    ]
    keys = {other.key for other in others}
    assert len(keys) == len(others)
    assert question.key not in keys
