import numpy as np
from numpy.testing import assert_array_equal

from analysis.sides import sided_p


def test_two_sided_is_twice_the_smaller_tail_and_one_at_most():
    positive, negative = np.array([0.01, 0.6, 0.99]), np.array([0.995, 0.7, 0.02])
    assert_array_equal(sided_p(positive, negative, sides="two"), [0.02, 1.0, 0.04])
    assert_array_equal(sided_p(positive, negative, sides="positive"), positive)
    assert_array_equal(sided_p(positive, negative, sides="negative"), negative)
