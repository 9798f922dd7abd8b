"""What a league is: indicators, domains, groups, priors, bands and eligibility, all frozen.

A definition holds no data. It is read from TOML by `openness.league.load_league`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Family = Literal["proportion", "count", "score", "ordinal", "binary"]
Direction = Literal["higher_is_better", "lower_is_better"]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""Lower case, digits and underscores: it becomes a column name and a coordinate."""

GroupCode = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
BetaShape = tuple[Positive, Positive]

Place = tuple[int | str, ...]
"""Where a setting stands: names of tables and settings, positions in lists from 0."""


@dataclass(frozen=True)
class Complaint:
    """One setting that does not go with the others.

    Attributes
    ----------
    place : tuple
        Where it stands, seen from the part that complains.
    found, allowed : str
        What came and what is allowed, for a `Problem`.
    wrong, choices : str and tuple of str
        The word that was not understood and the words that would have been.
    """

    place: Place
    found: str
    allowed: str
    wrong: str = ""
    choices: tuple[str, ...] = ()


class Complaints(ValueError):
    """Everything that does not fit together in one part of a definition."""

    def __init__(self, items: Iterable[Complaint]) -> None:
        self.items = tuple(items)
        super().__init__("; ".join(f"{item.found}; {item.allowed}" for item in self.items))


class Definition(BaseModel):
    """Base of every part: immutable, and a misspelt setting is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Indicator(Definition):
    """One measure and the law by which it is observed.

    Attributes
    ----------
    id, label, question : str
        Column name, short label for readers, and the words that were asked or counted.
    family : {"proportion", "count", "score", "ordinal", "binary"}
        Sampling law: binomial, Poisson with exposure, normal, ordered categories, 0/1.
    direction : {"higher_is_better", "lower_is_better"}
        Which way openness points.
    domain : str
        The source of evidence that the indicator belongs to.
    groups : tuple of str, optional
        Groups that the indicator applies to; all of them if not given.
    design_effect : float
        Variance of the published figure over that of a simple random sample of its denominator.
    respondent_sd : float, optional
        Standard deviation between respondents of a score, in the score's units; gives the
        standard error where a score comes with a denominator and no `se`.
    categories : tuple of str
        Labels of an ordinal indicator, from the lowest to the highest.
    likelihood : {"matched", "exact"}
        Moment-matched Gaussian cells, or the exact likelihood with the cell's value sampled.
        Ordinal and binary indicators are always exact.
    suppressed : (int, int), optional
        Least and largest number of events that a suppressed cell may stand for: (1, 4) or (0, 4)
        for "fewer than 5". Such a cell, if it has its denominator, is then interval-censored.
        Without the setting it is left out, as it must be where a figure is withheld for another
        reason than that few events happened.
    collection : str, optional
        Name of the return that brings the indicator, for the selection model; its domain if not
        given.
    scored : bool
        Whether the indicator enters the score. One that does not is read, checked and shown.
    why : str
        Why the indicator is in the league, or why it is not scored.
    """

    id: Identifier
    label: str
    question: str = ""
    family: Family
    direction: Direction
    domain: Identifier
    groups: tuple[GroupCode, ...] | None = None
    design_effect: Positive = 1.0
    respondent_sd: Positive | None = None
    categories: tuple[str, ...] = ()
    likelihood: Literal["matched", "exact"] = "matched"
    suppressed: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    collection: Identifier | None = None
    scored: bool = True
    why: str = ""

    @model_validator(mode="after")
    def _settings_fit_family(self) -> Self:
        wrong: list[Complaint] = []
        if self.family == "ordinal" and len(self.categories) < 2:
            wrong.append(
                Complaint(
                    ("categories",),
                    f"an ordinal indicator came with {len(self.categories)} categories",
                    "it needs at least 2, from the lowest to the highest",
                )
            )
        if self.family != "ordinal" and self.categories:
            wrong.append(
                Complaint(
                    ("categories",),
                    f"given for a {self.family}",
                    "only ordinal indicators have categories",
                )
            )
        wrong += _repeated(self.categories, ("categories",))
        if self.family != "score" and self.respondent_sd is not None:
            wrong.append(
                Complaint(
                    ("respondent_sd",),
                    f"given for a {self.family}",
                    "only scores have a respondent sd",
                )
            )
        if self.family in ("ordinal", "binary") and self.design_effect != 1:
            wrong.append(
                Complaint(
                    ("design_effect",),
                    f"given for a {self.family} indicator",
                    "only proportions, counts and scores have a design effect",
                )
            )
        if self.family == "score" and self.likelihood == "exact":
            wrong.append(
                Complaint(
                    ("likelihood",),
                    "'exact' was given for a score",
                    "a score is Gaussian already: leave the setting out",
                )
            )
        wrong += self._suppression_fits_family()
        if wrong:
            raise Complaints(wrong)
        return self

    def _suppression_fits_family(self) -> list[Complaint]:
        if self.suppressed is None:
            return []
        lowest, highest = self.suppressed
        place: Place = ("suppressed",)
        if self.family not in ("proportion", "count"):
            return [
                Complaint(
                    place,
                    f"given for a {self.family}",
                    "only proportions and counts are suppressed for being small",
                )
            ]
        if lowest > highest:
            return [
                Complaint(
                    place,
                    f"found [{lowest}, {highest}]",
                    "the least number of events, then the largest",
                )
            ]
        if self.design_effect != 1:
            return [
                Complaint(
                    place,
                    f"given with a design effect of {self.design_effect:g}",
                    "the number of events has a known law only if the design effect is 1",
                )
            ]
        return []

    @property
    def sign(self) -> int:
        """+1 if higher is better, -1 if lower is."""
        return 1 if self.direction == "higher_is_better" else -1

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of an ordered indicator from the lowest, `0` and `1` for a binary one."""
        return ("0", "1") if self.family == "binary" else self.categories

    def applies_to(self, group: str) -> bool:
        """Whether units of `group` are measured on this indicator."""
        return self.groups is None or group in self.groups


class Domain(Definition):
    """A source of evidence whose indicators share something besides openness.

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


class Group(Definition):
    """A type of unit, as coded in the units table."""

    id: GroupCode
    label: str


class Priors(Definition):
    """Priors of the measurement model; the reasons stand in the documentation of the model.

    Attributes
    ----------
    intercept_scale : float
        Sd of an indicator's intercept about its pooled mean, in between-unit sds.
    spread_scale : float
        Scale of the half-normal on the between-unit sd, in observed between-unit sds.
    communality, coherence : (float, float)
        Shapes of the beta priors. Shapes above 1 keep the variances off zero (Heywood cases).
    single_communality : (float, float)
        Beta prior of a lone indicator's share of openness; its default matches the mean and
        variance of the product communality x coherence under their defaults.
    group_scale : float
        Median of the log-normal prior on the sd of group effects, in within-group sds of
        openness.
    shift_scale : float
        The same for what a group differs by in one domain only.
    cut_scale : float
        Sd of the lowest cut point of ordered categories about the normal quantile of its share.
    indicator_shift_scale : float
        The same as `shift_scale` for one indicator only; 0 leaves the shifts out.
    """

    intercept_scale: Positive = 2.0
    spread_scale: Positive = 2.0
    communality: BetaShape = (2.0, 2.0)
    coherence: BetaShape = (2.0, 2.0)
    single_communality: BetaShape = (1.45, 4.36)
    group_scale: Positive = 1.0
    shift_scale: Positive = 0.5
    cut_scale: Positive = 1.0
    indicator_shift_scale: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class Band(Definition):
    """One band, best first. Exactly one of `share`, `count`, `above` as the rule says."""

    id: Identifier
    label: str
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    count: Annotated[int, Field(gt=0)] | None = None
    above: Annotated[float, Field(allow_inf_nan=False)] | None = None


_BOUNDS = ("share", "count", "above")
_BOUNDS_IN_WORDS = "`share`, `count`, `above`"


class Bands(Definition):
    """How the ranking is cut.

    Attributes
    ----------
    rule : {"shares", "counts", "cut_points"}
        Shares of the ranked units (adding up to 1), counts of them, or cut points on the
        openness scale.
    levels : tuple of Band
        Best first. Under `counts` the last level may leave its count out and takes what is left;
        under `cut_points` it has no lower bound.
    """

    rule: Literal["shares", "counts", "cut_points"]
    levels: tuple[Band, ...] = Field(min_length=2)

    @property
    def cut(self) -> dict[str, list[Any]]:
        """The rule with its numbers, best band first: what `openness.ranking.bands` takes.

        Such as `{"shares": [0.25, 0.5, 0.25]}`, `{"counts": [18, 102, None]}`, or
        `{"cut_points": [1.0, -1.0]}`.
        """
        if self.rule == "cut_points":
            return {self.rule: [level.above for level in self.levels[:-1]]}
        bound = {"shares": "share", "counts": "count"}[self.rule]
        return {self.rule: [getattr(level, bound) for level in self.levels]}

    @model_validator(mode="after")
    def _levels_fit_rule(self) -> Self:
        wrong = _repeated((level.id for level in self.levels), ("levels",), "id")
        wanted = {"shares": "share", "counts": "count", "cut_points": "above"}[self.rule]
        for position, level in enumerate(self.levels):
            given = [name for name in _BOUNDS if getattr(level, name) is not None]
            last = position == len(self.levels) - 1
            allowed = [[wanted]]
            if last and self.rule == "counts":
                allowed = [[], [wanted]]
            elif last and self.rule == "cut_points":
                allowed = [[]]
            if given not in allowed:
                came = ", ".join(f"`{name}`" for name in given) or "none of them"
                needs = (
                    f"the last band of the rule {self.rule!r} has no bound"
                    if allowed == [[]]
                    else f"the rule {self.rule!r} needs `{wanted}` and nothing else"
                )
                place: Place = ("levels", position)
                wrong.append(Complaint(place, f"{came} of {_BOUNDS_IN_WORDS} given", needs))
        if not wrong and self.rule == "shares":
            total = sum(level.share or 0 for level in self.levels)
            if abs(total - 1) > 1e-6:
                wrong.append(
                    Complaint(
                        ("levels",), f"the shares add up to {total:g}", "they must add up to 1"
                    )
                )
        if not wrong and self.rule == "cut_points":
            cuts = [level.above for level in self.levels if level.above is not None]
            if any(low >= high for high, low in pairwise(cuts)):
                came = ", ".join(f"{cut:g}" for cut in cuts)
                wrong.append(
                    Complaint(
                        ("levels",),
                        f"the cut points are {came}",
                        "they must fall from the best band to the worst",
                    )
                )
        if wrong:
            raise Complaints(wrong)
        return self


class Eligibility(Definition):
    """The least evidence with which a unit is ranked.

    Attributes
    ----------
    minimum_reliability : float
        Least share of the variance of openness within a group that the unit's measures settle:
        one less its posterior variance, hyperparameters included.
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

    `places` says whether a unit is shown in a single place (1, 2, 3): "auto" does so where at least
    half of the pairs of units are in order with 90% probability. Otherwise a rank is shown with its
    interval, and may be shared.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    unit: str
    unit_plural: str
    description: str = ""
    score: Literal["overall", "within_group"] = "overall"
    scope: Literal["all", "within_group"] = "all"
    places: Literal["auto", "always", "never"] = "auto"
    interval: Annotated[float, Field(gt=0, lt=1)] = 0.95
    missing_denominator: Literal["error", "indicator_median"] = "error"
    groups: tuple[Group, ...] = Field(min_length=1)
    domains: tuple[Domain, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    priors: Priors = Priors()
    bands: Bands
    eligibility: Eligibility = Eligibility()
    selection: Selection = Selection()

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        wrong = list(
            cross_check(
                [group.id for group in self.groups],
                [domain.id for domain in self.domains],
                [(part.id, part.domain, part.groups) for part in self.indicators],
            ).items
        )
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

    def indicator(self, id: str) -> Indicator:
        """Return the indicator called `id`; `KeyError` if there is none."""
        return next(i for i in self.indicators if i.id == id)


def cross_check(
    groups: Sequence[object],
    domains: Sequence[object],
    indicators: Sequence[tuple[object, object, object]],
) -> Complaints:
    """Compare the parts of a league with each other; the parts may be raw, as a file has them.

    Parameters
    ----------
    groups, domains : sequence
        Their ids.
    indicators : sequence of (id, domain, groups)

    Returns
    -------
    Complaints
        Repeated ids, and indicators that name a domain or group which is not declared. Empty if
        all is well. What is not text is passed over: the schema has refused it already.
    """
    wrong = [
        *_repeated(groups, ("groups",), "id"),
        *_repeated(domains, ("domains",), "id"),
        *_repeated((id for id, _, _ in indicators), ("indicators",), "id"),
    ]
    declared_domains = tuple(id for id in domains if isinstance(id, str))
    declared_groups = tuple(id for id in groups if isinstance(id, str))
    for position, (_, domain, its_groups) in enumerate(indicators):
        if isinstance(domain, str) and domain not in declared_domains:
            wrong.append(
                Complaint(
                    ("indicators", position, "domain"),
                    f"there is no domain {domain!r}",
                    f"declared: {', '.join(declared_domains)}",
                    domain,
                    declared_domains,
                )
            )
        for group in its_groups if isinstance(its_groups, list | tuple) else ():
            if isinstance(group, str) and group not in declared_groups:
                wrong.append(
                    Complaint(
                        ("indicators", position, "groups"),
                        f"there is no group {group!r}",
                        f"declared: {', '.join(declared_groups)}",
                        group,
                        declared_groups,
                    )
                )
    return Complaints(wrong)


def _repeated(ids: Iterable[object], place: Place, *setting: str) -> list[Complaint]:
    seen: set[str] = set()
    wrong: list[Complaint] = []
    for position, id in enumerate(ids):
        if not isinstance(id, str):
            continue
        if id in seen:
            wrong.append(
                Complaint(
                    (*place, position, *setting), f"{id!r} is declared twice", "each must differ"
                )
            )
        seen.add(id)
    return wrong
