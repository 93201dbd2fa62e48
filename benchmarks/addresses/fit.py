"""The numbers of the geocoder's calibration, from answers whose truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression, QuantileRegressor
from sklearn.model_selection import GroupKFold, cross_val_predict

from geo_observatorio.geocoding.geocoder import LEAST_TRUST

FOLDS = 5
QUANTILE = 0.8
FEWEST = 30  # answers of a kind from which its radius is measured
NAMESAKE = 1500.0  # metres: farther off it was another thing of that name
HEAD = """# Medido, no escrito: lo hace `python -m benchmarks.geocoder --fit` con la mitad de ajuste de su conjunto.
# score: pesos de una regresión logística; radius: metros dentro de los cuales cae el 80 % de las verdades.
"""


def fit(outcomes: Sequence[Any]) -> str:
    """Return the calibration as TOML; prints how well it holds in cross-validation by entry."""
    used = [one for one in outcomes if one.answer.evidence is not None]
    right = np.array([one.answer.evidence is not None and one.first == one.asked.area for one in used])
    vectorizer = DictVectorizer(sparse=False)
    table = vectorizer.fit_transform([one.answer.evidence.features() for one in used])
    model = LogisticRegression(C=0.5, max_iter=5000)
    groups = [f"{one.asked.source}/{one.asked.name}" for one in used]
    folds = {"groups": groups, "cv": GroupKFold(FOLDS), "method": "predict_proba"}
    predicted = cross_val_predict(model, table, right, **folds)[:, 1]
    print(f"cross-validated calibration error {_gap(predicted, right):.3f} on {len(used)} answers")
    model.fit(table, right)
    text = HEAD + _tell("score", model.intercept_[0], vectorizer, model.coef_[0])
    pointed = np.array([np.isfinite(one.far) for one in used])
    points, groups = [one for one, is_so in zip(used, pointed, strict=True) if is_so], np.array(groups)[pointed]
    far = np.array([one.far for one in points])
    close, known = far <= NAMESAKE, DictVectorizer(sparse=False)
    table = known.fit_transform([one.answer.evidence.identity() for one in points])
    trust = cross_val_predict(model, table, close, **(folds | {"groups": groups}))[:, 1]
    print(f"cross-validated calibration error of the trust {_gap(trust, close):.3f} on {len(points)} points")
    for least in np.arange(0.4, 0.9, 0.05):
        kept = trust >= least
        print(f"least trust {least:.2f}: {np.mean(kept):.0%} kept, {np.mean(far[kept] > 3000):.1%} beyond 3 km")
    model.fit(table, close)
    text += _tell("trust", model.intercept_[0], known, model.coef_[0])
    return text + _fit_radius([one.answer.evidence for one in points], trust, far)


def _fit_radius(evidence: Sequence[Any], trust: np.ndarray, far: np.ndarray) -> str:
    counts = Counter(one.reason for one in evidence)
    measured = sorted(reason for reason, number in counts.items() if number >= FEWEST)
    kept = (trust >= LEAST_TRUST) & np.array([one.reason in measured for one in evidence])
    spread = DictVectorizer(sparse=False)
    table = spread.fit_transform([one.spread(share) for one, share in zip(evidence, trust, strict=True)])[kept]
    radius = QuantileRegressor(quantile=QUANTILE, alpha=0.001).fit(table, np.log(np.maximum(far, 10.0))[kept])
    listed = ", ".join(f'"{reason}"' for reason in measured)
    return _tell("radius", radius.intercept_, spread, radius.coef_, f"measured = [{listed}]\n")


def _tell(title: str, intercept: float, vectorizer: DictVectorizer, weights: np.ndarray, more: str = "") -> str:
    pairs = sorted(zip(vectorizer.get_feature_names_out(), weights, strict=True))
    lines = [f'"{name}" = {weight:.4f}' for name, weight in pairs if abs(weight) >= 5e-5]
    return "\n".join([f"\n[{title}]", f"intercept = {intercept:.4f}\n{more}", f"[{title}.weights]", *lines, ""])


def _gap(predicted: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    order = np.argsort(predicted)
    parts = np.array_split(order, bins)
    return float(sum(abs(predicted[p].mean() - right[p].mean()) * len(p) for p in parts) / len(predicted))
