"""What a league's score is: of what it is made, by which weights, and whether types count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from openness.league.complaints import Complaint, Complaints
from openness.league.part import Definition, Identifier, Positive

ScoreOf = Literal["measures", "sources", "factor"]

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]

EQUAL = ("equal_measures", "equal_sources")
"""Rules of weights that need no numbers."""


class Score(Definition):
    """What is ranked.

    Attributes
    ----------
    of : {"measures", "sources", "factor"}
        A weighted mean of the true values of the measures; of the levels of the sources; or the
        factor that all sources share.
    weights : {"equal_measures", "equal_sources"} or dict of str to float, optional
        Of measures or of sources. There is no default: a league of measures or sources states
        them. Numbers are divided by their sum. `equal_sources` weighs sources alike, in a source
        each facet and each measure outside a facet, and in a facet each measure.
    within_group : bool
        Whether the mean of a unit's type is taken out.
    ratings : {"category", "latent"}
        Whether an ordinal or binary measure counts by its category, as in any table of results, or
        by the latent value behind it.
    not_applicable : {"reweight", "predict"}
        What becomes of the weight of a measure that does not apply to a unit: it goes to the unit's
        other measures of the same source (and that of a source of which nothing applies to the
        other sources), or the measure is predicted.
    weights_concentration : float, optional
        If given, weights are uncertain: one draw from a Dirichlet distribution about the declared
        ones for all units, with this concentration. A weight of zero stays zero.
    why : str
        The reasons, for readers.

    Examples
    --------
    >>> league.score.of, league.score.within_group
    ('factor', False)
    """

    of: ScoreOf = "factor"
    weights: Literal["equal_measures", "equal_sources"] | dict[Identifier, Weight] | None = None
    within_group: bool = False
    ratings: Literal["category", "latent"] = "category"
    not_applicable: Literal["reweight", "predict"] = "reweight"
    weights_concentration: Positive | None = None
    why: str = ""

    @field_validator("weights", mode="before")
    @classmethod
    def _known_rule(cls, came: object) -> object:
        if isinstance(came, str) and came not in EQUAL:
            allowed = f"allowed: {', '.join(map(repr, EQUAL))}, or a table of numbers"
            raise Complaints([Complaint((), f"found {came!r}", allowed, came, EQUAL)])
        return came

    @model_validator(mode="after")
    def _settings_fit(self) -> Self:
        wrong = []
        if self.of == "factor":
            given = {
                "weights": self.weights is not None,
                "weights_concentration": self.weights_concentration is not None,
                "ratings": self.ratings != "category",
                "not_applicable": self.not_applicable != "reweight",
            }
            allowed = 'only a score of "measures" or "sources" has it: the factor has no weights'
            wrong += [Complaint((name,), "given", allowed) for name, came in given.items() if came]
        elif self.weights is None:
            allowed = (
                f"a score of {self.of} states its weights: "
                f"{', '.join(map(repr, EQUAL))}, or a number for each"
            )
            wrong.append(Complaint(("weights",), "not given", allowed))
        elif isinstance(self.weights, Mapping) and not sum(self.weights.values()) > 0:
            wrong.append(Complaint(("weights",), "all are 0", "at least one must be above 0"))
        if wrong:
            raise Complaints(wrong)
        return self

    @property
    def weighs(self) -> str:
        """What the weights are of: "indicator", "domain", or nothing."""
        return {"measures": "indicator", "sources": "domain", "factor": ""}[self.of]


def missing_or_unknown(score: Score, measures: list[str], sources: list[str]) -> list[Complaint]:
    """Return what is wrong with the names of stated weights, seen from the league."""
    if not isinstance(score.weights, Mapping):
        return []
    known = measures if score.of == "measures" else sources
    what = f"scored {score.weighs}"
    place = ("score", "weights")
    unknown = [
        Complaint((*place, name), "not declared", f"one of {', '.join(known)}", name, tuple(known))
        for name in score.weights
        if name not in known
    ]
    absent = [name for name in known if name not in score.weights]
    if absent and not unknown:
        allowed = f"a weight for each {what}; 0 for one that does not count"
        unknown.append(Complaint(place, f"none for {', '.join(absent)}", allowed))
    return unknown
