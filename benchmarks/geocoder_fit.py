"""The numbers of the geocoder's calibration, from answers whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, QuantileRegressor
from sklearn.model_selection import GroupKFold, cross_val_predict

FOLDS = 5
QUANTILE = 0.8
HEAD = """# Medido, no escrito: lo hace `python -m benchmarks.geocoder --fit` con la mitad de ajuste de su conjunto.
# score: pesos de una regresión logística; radius: metros dentro de los cuales cae el 80 % de las verdades.
"""


def fit(outcomes: Sequence[Any]) -> str:
    """Return the calibration as TOML; prints how well it holds in cross-validation by entry."""
    used = [one for one in outcomes if one.answer.evidence is not None]
    right = np.array([one.first == one.asked.area for one in used])
    vectorizer = DictVectorizer(sparse=False)
    table = vectorizer.fit_transform([one.answer.evidence.features() for one in used])
    model = LogisticRegression(C=0.5, max_iter=5000)
    groups = [one.asked.entry for one in used]
    predicted = cross_val_predict(model, table, right, groups=groups, cv=GroupKFold(FOLDS), method="predict_proba")[
        :, 1
    ]
    print(f"cross-validated calibration error {_gap(predicted, right):.3f} on {len(used)} answers")
    model.fit(table, right)
    points = [(one, score) for one, score in zip(used, predicted, strict=True) if one.error == one.error]
    spread = DictVectorizer(sparse=False)
    table = spread.fit_transform([one.answer.evidence.spread(score) for one, score in points])
    error = np.log(np.maximum([one.error for one, _ in points], 10.0))
    radius = QuantileRegressor(quantile=QUANTILE, alpha=0.002).fit(table, error)
    return (
        HEAD
        + _tell("score", model.intercept_[0], vectorizer, model.coef_[0])
        + _tell("radius", radius.intercept_, spread, radius.coef_)
    )


def _tell(title: str, intercept: float, vectorizer: DictVectorizer, weights: np.ndarray) -> str:
    pairs = sorted(zip(vectorizer.get_feature_names_out(), weights, strict=True))
    lines = [f'"{name}" = {weight:.4f}' for name, weight in pairs if abs(weight) >= 5e-5]
    return "\n".join([f"\n[{title}]", f"intercept = {intercept:.4f}", f"\n[{title}.weights]", *lines, ""])


def _gap(predicted: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    order = np.argsort(predicted)
    parts = np.array_split(order, bins)
    return float(sum(abs(predicted[p].mean() - right[p].mean()) * len(p) for p in parts) / len(predicted))
