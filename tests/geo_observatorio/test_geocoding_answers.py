import json

from geo_observatorio.geocoding.answers import Answer, Candidate, Parse, Part


def test_an_answer_is_plain_json_also_where_it_is_no_point() -> None:
    nowhere = Answer(kind="none", reason="unknown", candidates=(Candidate(kind="landmark", name="A", area=""),))
    assert not nowhere.is_point
    plain = json.loads(json.dumps(nowhere.as_dict(), allow_nan=False))
    assert (plain["longitude"], plain["candidates"][0]["name"]) == (None, "A")


def test_an_answer_tells_how_the_text_was_understood() -> None:
    parse = Parse(text="frente al parque", parts=(Part(role="landmark", words="parque", relation="frente"),))
    answer = Answer(kind="landmark", longitude=-79.5, latitude=9.0, parse=parse)
    assert answer.is_point
    assert answer.as_dict()["parts"] == [{"role": "landmark", "words": "parque", "relation": "frente"}]
