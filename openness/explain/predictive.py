"""What to expect of one absent cell: its value, and how much narrower the rank would become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openness.explain.field import Field
from openness.explain.learn import (
    AbsentCell,
    Updated,
    category_probabilities,
    category_quantile,
    learn_category,
    learn_value,
    mixture_nodes,
    mixture_quantile,
)
from openness.model.conditional import flatten
from openness.ranking.ranks import weighted_interval

Array = np.ndarray


@dataclass(frozen=True)
class PredictiveCell:
    """One absent cell, with the cut points of its indicator if it is ordered.

    Attributes
    ----------
    cell : AbsentCell
    cut_point : (S, C - 1) array or None
    """

    cell: AbsentCell
    cut_point: Array | None

    def quantile(self, probability: float) -> float:
        """Predictive quantile: on the link scale, or a category from 0."""
        if self.cut_point is None:
            return mixture_quantile(*self.cell.predictive(), probability)
        return category_quantile(self._categories(self.cut_point), probability)

    def learn(self, value: float) -> Updated:
        """Condition on a value on the link scale, or on a category from 0."""
        if self.cut_point is None:
            return learn_value(self.cell, value)
        return learn_category(self.cell, self.cut_point, int(value))

    def possible(self) -> tuple[Array, Array]:
        """Values and their probabilities, for an expectation over what the cell may turn out."""
        if self.cut_point is None:
            return mixture_nodes(*self.cell.predictive())
        chances = self._categories(self.cut_point).mean(axis=0)
        return np.arange(len(chances)), chances

    def _categories(self, cut_point: Array) -> Array:
        return category_probabilities(*self.cell.predictive(), cut_point)


def cut_points(field: Field, k: int) -> Array | None:
    """Draws (S, C - 1) of an indicator's cut points; None if it has none."""
    labels = field.cells.labels[k]
    if not labels:
        return None
    names = [f"{field.cells.indicators[k]}: {label}" for label in labels[1:]]
    return flatten(field.posterior["cut_point"].sel(cut=names))[field.at]


def expected_width(field: Field, unit: int, predicted: PredictiveCell, prob: float) -> float:
    """Width of the unit's rank interval that is to be expected once the cell is known.

    The mean over what the cell may turn out to be, each with the width that it would leave.
    """
    width = 0.0
    for value, chance in zip(*predicted.possible(), strict=True):
        updated = predicted.learn(float(value))
        ranks = field.rank(unit, updated.score)
        _, lower, upper = weighted_interval(ranks, updated.weights, prob)
        width += chance * (upper - lower)
    return width
