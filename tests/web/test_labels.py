from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest

from analysis import STATISTICS
from web import labels, study_labels


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_and_every_option_has_a_name(name: str) -> None:
    assert name in study_labels.STATISTICS
    for item in dataclasses.fields(STATISTICS[name].params):
        assert item.name in study_labels.OPTIONS
        for choice in item.metadata.get("choices", ()):
            assert not isinstance(choice, str) or choice in study_labels.CHOICES


def test_no_table_of_names_is_given_twice() -> None:
    tree = ast.parse(Path(labels.__file__).read_text(encoding="utf-8"))
    targets = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    assert len(names) == len(set(names))
