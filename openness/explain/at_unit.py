"""One unit under many draws: what is known of it, and the latents that its score is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from openness.explain.field import Field
from openness.explain.learn import AbsentCell, Latents
from openness.model.joint_normal import Known, known_of, regress
from openness.model.returns import SamplingError

Array = np.ndarray


@dataclass(frozen=True)
class AtUnit:
    """One unit of a field, under its S draws.

    Its score is what is typical of its type, what its observed ratings add, a linear function of
    normal latents, and what is added by absent ratings that count by their category.

    Attributes
    ----------
    field : Field
    unit : int
        Its position.
    known : Known
    predicted : list of int
        Absent ratings that count by their category, among what the score counts.
    coefficients : (S, Q, 2 + R) array
        Of z, of the linear part of the score, and of the latent values of the R predicted ratings.
    """

    field: Field
    unit: int
    known: Known
    predicted: list[int]
    coefficients: Array

    @property
    def drawn(self) -> Array:
        """What `coefficients` are of, as the published score was drawn with it, (S, 2 + R)."""
        counted, unit = self.field.counted, self.unit
        rest = counted.typical(unit)
        for j in (*counted.known_ratings(unit), *self.predicted):
            rest = rest + counted.adds(unit, j)
        latents = [counted.ratings[j].latent[:, unit] for j in self.predicted]
        linear = self.field.score[:, unit] - rest
        return np.stack([self.field.z[:, unit], linear, *latents], axis=1)

    def score_if(self, drawn: Array, latents: Array) -> Array:
        """Return the score (S,) with other latents than those it was drawn with."""
        counted, unit = self.field.counted, self.unit
        score = self.field.score[:, unit] + latents[:, 1] - drawn[:, 1]
        for r, j in enumerate(self.predicted, start=2):
            score = score + counted.adds(unit, j, latents[:, r]) - counted.adds(unit, j)
        return np.asarray(score)

    def absent(
        self, indicators: Sequence[int] | Array, errors: Sequence[SamplingError]
    ) -> list[AbsentCell]:
        """Return what is to be expected of absent cells, each as if alone.

        Parameters
        ----------
        indicators : (J,) int
            Positions.
        errors : sequence of SamplingError, length J
            Sampling error that each would have; none for an ordered category, whose latent value is
            predicted.
        """
        k, x = np.asarray(indicators, dtype=int), self.coefficients.shape[2]
        new = new_cells(self.field, k, errors)
        found = regress(np.concatenate([self.coefficients, new], axis=2), self.known)
        drawn = self.drawn
        latents = Latents(
            found.mean[:, :x],
            found.covariance[:, :x, :x],
            drawn,
            partial(self.score_if, drawn),
            partial(self.field.given_returns, self.unit),
        )
        expected = self.field.given.draws["expected"][self.field.at]
        expected = expected[:, self.field.cells.group[self.unit]].astype(float)
        own = {int(self.field.counted.indicator[j]): r for r, j in enumerate(self.predicted, 2)}
        return [
            AbsentCell(
                mean=expected[:, k[j]] + found.mean[:, x + j],
                variance=found.covariance[:, x + j, x + j] + error.error_variance,
                covariance=found.covariance[:, x + j, :x],
                latents=latents,
                own=own.get(int(k[j]), -1),
            )
            for j, error in enumerate(errors)
        ]


def at_unit(field: Field, unit: int) -> AtUnit:
    """Take the unit at this position."""
    counted, a = field.counted, field.coefficients
    predicted = counted.predicted_ratings(unit)
    linear = counted.linear(unit, a, [*counted.known_ratings(unit), *predicted])
    latents = a.true_value[:, :, counted.indicator[predicted].astype(int)]
    return AtUnit(
        field,
        unit,
        known_of(field.given, a, unit, field.at),
        predicted,
        np.concatenate([a.factor[..., None], linear[..., None], latents], axis=2),
    )


def new_cells(field: Field, indicators: Array, errors: Sequence[SamplingError]) -> Array:
    """Return coefficients (S, Q, J) of absent cells, without the error of each alone."""
    common = np.array([error.common_error_loading for error in errors])
    return field.coefficients.of_cells(indicators, field.cells.domain[indicators], common)
