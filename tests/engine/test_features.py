"""Features: the nine functions of a point, in the order asked for and in the points' own precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.features import FEATURES, compute_features

POINTS = np.array([(1.0, 2.0), (-3.0, 0.5)])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("x1", (1.0, -3.0)),
        ("x2", (2.0, 0.5)),
        ("x1_squared", (1.0, 9.0)),
        ("x2_squared", (4.0, 0.25)),
        ("x1x2", (2.0, -1.5)),
        ("sin_x1", (np.sin(1.0), np.sin(-3.0))),
        ("sin_x2", (np.sin(2.0), np.sin(0.5))),
        ("cos_x1", (np.cos(1.0), np.cos(-3.0))),
        ("cos_x2", (np.cos(2.0), np.cos(0.5))),
    ],
)
def test_each_feature(name: str, values: tuple[float, float]) -> None:
    assert compute_features(POINTS, [name])[:, 0].tolist() == list(values)


def test_the_catalog_s_order() -> None:
    assert list(FEATURES) == ["x1", "x2", "x1_squared", "x2_squared", "x1x2", "sin_x1", "sin_x2", "cos_x1", "cos_x2"]


def test_every_feature_is_named_by_its_key() -> None:
    assert all(feature.name == name for name, feature in FEATURES.items())


@given(
    arrays(np.float32, st.tuples(st.integers(0, 5), st.just(2)), elements=st.floats(-6, 6, width=32)),
    st.lists(st.sampled_from(list(FEATURES)), min_size=1, unique=True),
)
def test_columns_stand_in_the_order_asked_for(points: np.ndarray, names: list[str]) -> None:
    columns = compute_features(points, names)
    assert columns.shape == (len(points), len(names))
    assert columns.dtype == np.float32
    for place, name in enumerate(names):
        assert np.array_equal(columns[:, place], compute_features(points, [name])[:, 0])


def test_the_points_are_not_changed() -> None:
    points = POINTS.copy()
    compute_features(points, list(FEATURES))
    assert np.array_equal(points, POINTS)
