"""Logistic regressions by scikit-learn, for Compute's own: logistic_golden.json.

scikit-learn minimises sum of losses + 1/(2C)·‖w‖²; Lethe mean loss + λ/2·‖w‖²: C = 1/(n·λ).
Needs numpy and scikit-learn: python3 generate_logistic.py
"""

import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(7)


def case(name, x, y, penalty, known=None):
    """One fit; features are standardised over all samples, labels known of some of them."""
    known = np.ones(len(y), bool) if known is None else known
    standard = StandardScaler().fit_transform(np.float64(x))
    model = LogisticRegression(
        C=1 / (known.sum() * penalty), solver="lbfgs", tol=1e-13, max_iter=100_000)
    model.fit(standard[known], y[known])
    refined = LogisticRegression(
        C=1 / (known.sum() * penalty), solver="newton-cholesky", tol=1e-13, max_iter=1_000)
    refined.fit(standard[known], y[known])
    assert np.allclose(
        model.predict_proba(standard), refined.predict_proba(standard), atol=1e-6), name
    return {
        "name": name, "features": x.shape[1], "penalty": penalty,
        "values": [float(v) for v in x.ravel()],
        "labels": [int(v) if k else -1 for v, k in zip(y, known)],
        "classes": int(y.max()) + 1,
        "weights": [float(v) for v in refined.coef_.ravel()],
        "intercepts": [float(v) for v in refined.intercept_],
        "probabilities": [float(v) for v in refined.predict_proba(standard).ravel()],
    }


x = np.float32(random.normal(size=(60, 5)) * [1, 3, 0.2, 1, 10] + [0, 5, 0, -2, 100])
x[:, 3] = x[:, 0] * 2 + np.float32(random.normal(size=60) * 0.3)
score = (x[:, 0] - (x[:, 1] - 5) / 3 + random.normal(size=60))
binary = (score > 0.8).astype(int)
three = np.digitize(score, [-0.7, 0.7])
constant = np.float32(np.column_stack([x, np.full(60, 0.1)]))
wide = np.float32(random.normal(size=(12, 20)))
cases = [
    case("binary", x, binary, 0.01),
    case("hardly any penalty", x, binary, 1e-5),
    case("unknown labels", x, binary, 0.1, random.random(60) < 0.7),
    case("separable", x, (x[:, 1] > 5).astype(int), 1e-3),
    case("constant feature", constant, binary, 0.03),
    case("three classes", x, three, 0.01),
    case("three classes, hardly any penalty", x, three, 1e-5),
    case("more features than samples", wide, np.arange(12) % 2, 0.01),
]
text = ",\n".join(json.dumps(entry) for entry in cases)
path = pathlib.Path(__file__).parent / "logistic_golden.json"
path.write_text("[\n" + text + "\n]\n")
