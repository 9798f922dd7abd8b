"""What a league is: indicators, domains, groups, priors, bands and eligibility, all frozen.

A definition holds no data. It is read from TOML by `openness.league.load_league`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from openness.league.bands import Bands
from openness.league.complaints import Complaint, Complaints
from openness.league.cross_check import cross_check
from openness.league.facets import check_facets
from openness.league.guards import Guards
from openness.league.indicator import Indicator
from openness.league.part import BetaShape, Definition, GroupCode, Identifier, Positive
from openness.league.score import Score, missing_or_unknown


class Domain(Definition):
    """A source of evidence whose indicators share something besides the factor.

    Attributes
    ----------
    id, label : str
    error_correlation : float
        Correlation of the sampling errors of two indicators that the same respondents answer.
    why : str
        Where the figure comes from.
    """

    id: Identifier
    label: str
    error_correlation: Annotated[float, Field(ge=0, lt=1)] = 0.0
    why: str = ""


class Facet(Definition):
    """Near-copies within a source: they count as one voice in its level.

    Attributes
    ----------
    id, label : str
    domain : str
        The source that it is a facet of.
    why : str
        Why its indicators are near-copies.
    """

    id: Identifier
    label: str
    domain: Identifier
    why: str = ""


class Group(Definition):
    """A type of unit, as coded in the units table."""

    id: GroupCode
    label: str


class Priors(Definition):
    """Priors of the measurement model; the reasons stand in the documentation of the model.

    Attributes
    ----------
    intercept_scale : float
        Sd of an indicator's intercept about its pooled mean, in sds that are wide for its family:
        1/2 on the logit scale of a proportion and the log scale of a count, a tenth of the declared
        `range` of a score. A score without a range has no scale but that of its data: 2.5 times
        the observed between-unit sd.
    spread_scale : float
        Scale of the half-normal on the between-unit sd, in the same unit.
    communality, coherence : (float, float)
        Shapes of the beta priors. Shapes above 1 keep the variances off zero (Heywood cases).
    facet : (float, float)
        Beta prior of the share of a facet's variance that is the level of its source.
    single_communality : (float, float)
        Beta prior of a single indicator's share of the factor; its default matches the mean and
        variance of the product communality x coherence under their defaults.
    group_scale : float
        Scale of the half-normal prior on the sd of group effects, in within-group sds of openness.
    shift_scale : float
        The same for what a group differs by in one domain only.
    category_concentration : float
        Of the Dirichlet prior on the shares of ordered categories; with 1 all shares are as likely.
    indicator_shift_scale : float
        The same as `shift_scale` for one indicator only; 0 leaves the shifts out.
    """

    intercept_scale: Positive = 2.0
    spread_scale: Positive = 2.0
    communality: BetaShape = (2.0, 2.0)
    coherence: BetaShape = (2.0, 2.0)
    facet: BetaShape = (2.0, 2.0)
    single_communality: BetaShape = (1.45, 4.36)
    group_scale: Positive = 1.0
    shift_scale: Positive = 0.5
    category_concentration: Positive = 1.0
    indicator_shift_scale: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class Eligibility(Definition):
    """The least evidence with which a unit is ranked.

    Attributes
    ----------
    minimum_reliability : float
        Least share of the variance of a unit's score that its own measures settle: see
        `openness.scoring.settled_share`.
    minimum_domains : int
        Least number of domains with an observed, scored measure.
    """

    minimum_reliability: Annotated[float, Field(ge=0, lt=1)] = 0.0
    minimum_domains: Annotated[int, Field(ge=1)] = 1


class Selection(Definition):
    """Whether a return that was not made says something of the unit.

    Attributes
    ----------
    slope : float
        Of the probit of returning by openness, in within-group sds of openness: with 1, a unit one
        sd more open returns as often as a unit whose return index is one sd higher. 0 ignores it.
    estimate : bool
        Estimate the slope from the data instead. It can be badly wrong while all diagnostics are
        good: see the explanation of missing returns in the documentation.
    """

    slope: Annotated[float, Field(ge=-3, le=3)] = 0.0
    estimate: bool = False

    @model_validator(mode="after")
    def _stated_or_estimated(self) -> Self:
        if self.estimate and self.slope != 0:
            raise Complaints(
                [Complaint(("slope",), f"found {self.slope:g}", "a slope is stated or estimated")]
            )
        return self

    @property
    def is_ignored(self) -> bool:
        """Whether returns that were not made say nothing."""
        return self.slope == 0 and not self.estimate


class League(Definition):
    """A method statement: what is measured, how it is weighed, and how the result is cut.

    `score` may be a word, "overall" or "within_group": the factor, with the means of types or
    without. A league that leaves it out ranks the factor, and its fits say so.

    `places` says whether a unit is shown in a single place (1, 2, 3): "auto" does so where at least
    half of the pairs of units are in order with 90% probability. Otherwise a rank is shown with its
    interval, and may be shared.

    Examples
    --------
    >>> league.unit_plural, [domain.id for domain in league.domains]
    ('schools', ['survey', 'incidents'])
    >>> [indicator.label for indicator in league.scored]
    ['Heard', 'Safe', 'Reported', 'Near misses']
    >>> league.interval
    0.95
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    unit: str
    unit_plural: str
    description: str = ""
    score: Score = Score()
    scope: Literal["all", "within_group"] = "all"
    places: Literal["auto", "always", "never"] = "auto"
    interval: Annotated[float, Field(gt=0, lt=1)] = 0.95
    missing_denominator: Literal["error", "indicator_median"] = "error"
    groups: tuple[Group, ...] = Field(min_length=1)
    domains: tuple[Domain, ...] = Field(min_length=1)
    facets: tuple[Facet, ...] = ()
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    priors: Priors = Priors()
    bands: Bands
    eligibility: Eligibility = Eligibility()
    selection: Selection = Selection()
    guards: Guards = Guards()

    @field_validator("score", mode="before")
    @classmethod
    def _score_in_a_word(cls, came: object) -> object:
        if came in ("overall", "within_group"):
            return Score(within_group=came == "within_group")
        return came

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        wrong = list(
            cross_check(
                [group.id for group in self.groups],
                [domain.id for domain in self.domains],
                [(part.id, part.domain, part.groups, part.facet) for part in self.indicators],
                [(facet.id, facet.domain) for facet in self.facets],
            ).items
        ) or list(check_facets(self.facets, self.indicators))
        if not self.scored:
            wrong.append(
                Complaint(("indicators",), "none of them is scored", "at least one must be")
            )
        elif self.eligibility.minimum_domains > len(self.scored_domains):
            wrong.append(
                Complaint(
                    ("eligibility", "minimum_domains"),
                    f"found {self.eligibility.minimum_domains}",
                    f"domains with a scored indicator: {len(self.scored_domains)}, "
                    "so that no unit would be ranked",
                )
            )
        wrong += missing_or_unknown(
            self.score,
            [indicator.id for indicator in self.scored],
            [domain.id for domain in self.scored_domains],
        )
        if wrong:
            raise Complaints(wrong)
        return self

    @property
    def scored(self) -> tuple[Indicator, ...]:
        """The indicators that enter the score, in their declared order."""
        return tuple(indicator for indicator in self.indicators if indicator.scored)

    @property
    def scored_domains(self) -> tuple[Domain, ...]:
        """The domains with at least one scored indicator, in their declared order."""
        used = {indicator.domain for indicator in self.scored}
        return tuple(domain for domain in self.domains if domain.id in used)

    @property
    def scored_facets(self) -> tuple[Facet, ...]:
        """The facets with a scored indicator, in their declared order."""
        used = {indicator.facet for indicator in self.scored}
        return tuple(facet for facet in self.facets if facet.id in used)

    def indicator(self, id: str) -> Indicator:
        """Return the indicator called `id`; `KeyError` if there is none."""
        return next(i for i in self.indicators if i.id == id)
