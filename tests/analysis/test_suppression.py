import numpy as np
import pytest

from analysis.area_totals import hide_small
from analysis.suppression import hide_in_table


def test_on_paper() -> None:
    counts = np.array([[9, 2, 8], [7, 6, 9]])
    hidden = hide_in_table(counts, row_totals=True, column_totals=False)
    assert hidden.tolist() == [[False, True, True], [False, False, False]]  # 2 alone would be told by the total


def test_one_line_is_hidden_as_a_map_hides_it() -> None:
    rng = np.random.default_rng(1)
    for counts in rng.poisson(6, size=(200, 9)):
        told = hide_in_table(counts[None, :], row_totals=True, column_totals=False)[0]
        assert (told == hide_small(counts, least=5)).all()


def test_without_totals_only_the_small_ones_are_hidden() -> None:
    counts = np.array([[9, 2, 8], [7, 6, 0]])
    assert (hide_in_table(counts, row_totals=False, column_totals=False) == (counts < 5)).all()


@pytest.mark.parametrize("seed", range(20))
def test_no_line_with_a_total_tells_what_is_hidden_in_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts, given = rng.poisson(rng.uniform(2, 12), size=(8, 12)), rng.random((8, 12)) < 0.9
    hidden = hide_in_table(counts, given=given, row_totals=True, column_totals=True)
    assert not hidden[~given].any()
    assert hidden[given & (counts < 5)].all()
    for line, marks, there in [
        *zip(counts, hidden, given, strict=True),
        *zip(counts.T, hidden.T, given.T, strict=True),
    ]:
        if marks.any() and not marks[there].all():
            assert marks.sum() >= 2
            assert line[marks].sum() >= 5


def test_the_order_of_rows_and_columns_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    counts = rng.permutation(np.arange(40)).reshape(5, 8)
    hidden = hide_in_table(counts, row_totals=True, column_totals=False)
    turned = hide_in_table(counts[::-1, ::-1], row_totals=True, column_totals=False)
    assert (turned[::-1, ::-1] == hidden).all()


def test_an_empty_table_hides_nothing() -> None:
    assert hide_in_table(np.empty((0, 3), dtype=np.int64), row_totals=True, column_totals=True).shape == (0, 3)
