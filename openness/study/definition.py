"""What a study is: conditions that differ from a base in a few settings, all frozen.

A definition is read from TOML by `openness.study.load.load_study`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from openness.families import FAMILIES
from openness.frozen import FrozenDict
from openness.league.bands import Bands
from openness.league.complaints import Complaint, Complaints
from openness.league.indicator import FamilyName
from openness.league.part import Definition, Identifier, Positive
from openness.league.score import Score, missing_or_unknown
from openness.naive import METHODS

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
Frozen = Annotated[Mapping[_Key, _Value], AfterValidator(FrozenDict)]
Share = Annotated[float, Field(ge=0, le=1)]
Correlation = Annotated[float, Field(ge=0, lt=1)]
GapStatus = Literal["not_collected", "not_returned", "system_change", "withdrawn", "under_query"]


class TypeOfUnit(Definition):
    """Units of one type.

    Attributes
    ----------
    units : int
        100,000 at most.
    effect : float
        Mean openness of the type, in within-type sds; centred over the units.
    shifts : mapping of domain to float
        By how much the type differs in one domain only.
    """

    units: Annotated[int, Field(ge=1, le=100_000)]
    effect: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    shifts: Frozen[Identifier, Annotated[float, Field(allow_inf_nan=False)]] = FrozenDict()


class Copies(Definition):
    """Near-copies among the indicators of a source: the first ones, which share more than it.

    Attributes
    ----------
    indicators : int
        How many, fewer than the source has.
    coherence, communality : float
        kappa, of what they share with the level of the source, and h of each with what they share.
    in_facet : bool
        Whether the league that is analysed puts them into a facet; if not, it takes them for
        measures like any other.
    """

    indicators: Annotated[int, Field(ge=2)] = 2
    coherence: Annotated[float, Field(gt=0, lt=1)] = 0.6
    communality: Annotated[float, Field(gt=0, lt=1)] = 0.95
    in_facet: bool = True


class Source(Definition):
    """A domain of alike indicators.

    Attributes
    ----------
    family : {"proportion", "count", "score", "ordinal", "binary"}
    indicators : int
    lower_is_better : int
        Of so many of them, the last ones, less is better.
    coherence, communality : float
        rho of the domain and h of its indicators. The coherence of an only domain is 1.
    error_correlation : float
        Of the sampling errors of two indicators.
    size : float, optional
        Median denominator: respondents, or exposure of a count; 1e9 at most.
    relative_se : float
        Of scores: median standard error as a multiple of the spread.
    categories : int
        Of ordinal indicators, equally common.
    bend : float
        How far the indicators are from linear in the level u of the domain: they follow
        1 - exp(-bend u), standardised, which levels off for the best. 0 is linear.
    copies : Copies, optional
        Indicators that are near-copies of each other, of proportions, counts or scores.
    """

    family: FamilyName
    indicators: Annotated[int, Field(ge=1, le=50)]
    lower_is_better: Annotated[int, Field(ge=0)] = 0
    coherence: Annotated[float, Field(gt=0, lt=1)] = 0.6
    communality: Annotated[float, Field(gt=0, lt=1)] = 0.6
    error_correlation: Correlation = 0.0
    size: Annotated[float, Field(ge=1, le=1e9, allow_inf_nan=False)] | None = None
    relative_se: Positive = 0.5
    categories: Annotated[int, Field(ge=2, le=10)] = 4
    bend: Annotated[float, Field(ge=0, le=2)] = 0.0
    copies: Copies | None = None

    @model_validator(mode="after")
    def _no_more_than_there_are(self) -> Self:
        wrong = []
        has = f"the domain has {self.indicators} indicators"
        if self.lower_is_better > self.indicators:
            found = f"found {self.lower_is_better}"
            wrong.append(Complaint(("lower_is_better",), found, has))
        if self.copies is not None and self.copies.indicators >= self.indicators:
            found, allowed = f"found {self.copies.indicators}", f"{has}, and one is no copy"
            wrong.append(Complaint(("copies", "indicators"), found, allowed))
        if self.copies is not None and "categories" in FAMILIES[self.family].settings:
            allowed = "copies are proportions, counts or scores"
            wrong.append(Complaint(("copies",), f"given for {self.family} indicators", allowed))
        if wrong:
            raise Complaints(wrong)
        return self

    def ids(self, domain: str) -> list[str]:
        """Return what the indicators are called."""
        return [f"{domain}_{number}" for number in range(1, self.indicators + 1)]


class Gap(Definition):
    """One reason why values are missing.

    Attributes
    ----------
    status : str
        What the empty cells are marked with.
    share : float
        Of the cells, or returns, of the units and domains that it can strike: how many it empties
        on average.
    of : {"cells", "returns"}
        Single cells, or all cells of a unit in a domain at once.
    domains, types : tuple of str
        What it can strike; everything if not given.
    slope : float
        Of the probit of returning by openness: above 0, the less open a unit is, the likelier it
        is to return nothing. 0 is at random.
    """

    status: GapStatus = "not_returned"
    share: Share
    of: Literal["cells", "returns"] = "cells"
    domains: tuple[Identifier, ...] = ()
    types: tuple[Identifier, ...] = ()
    slope: Annotated[float, Field(ge=-3, le=3)] = 0.0


class World(Definition):
    """What leagues are simulated from.

    Attributes
    ----------
    types : mapping of str to TypeOfUnit
    domains : mapping of str to Source
    missing : mapping of str to Gap
        By a name of one's own; each strikes what the ones before it have left.
    tail_df : float, optional
        Openness, domains and what is specific to an indicator have t-distributions with so many
        degrees of freedom, scaled to the variance of the model; normal if not given.
    specific_correlation : float
        Of what is specific to the first indicators of any two domains: 0 in the model.
    assumed_slope : float
        Slope of returning by openness that the model is told; 0 treats what is missing as
        ignorable.
    score : Score
        What the league ranks, as in a league definition; the truth is the same of the true
        latents. Indicators are called by their domain and a number from 1.
    """

    types: Frozen[Identifier, TypeOfUnit] = Field(min_length=1)
    domains: Frozen[Identifier, Source] = Field(min_length=1)
    missing: Frozen[Identifier, Gap] = FrozenDict()
    tail_df: Annotated[float, Field(gt=2, allow_inf_nan=False)] | None = None
    specific_correlation: Correlation = 0.0
    assumed_slope: Annotated[float, Field(ge=-3, le=3)] = 0.0
    score: Score = Score()

    @model_validator(mode="after")
    def _names_are_declared(self) -> Self:
        wrong = [
            _undeclared(("types", kind, "shifts", domain), domain, tuple(self.domains))
            for kind, settings in self.types.items()
            for domain in settings.shifts
            if domain not in self.domains
        ]
        for name, gap in self.missing.items():
            for setting, declared in (("domains", self.domains), ("types", self.types)):
                wrong += [
                    _undeclared(("missing", name, setting), word, tuple(declared))
                    for word in getattr(gap, setting)
                    if word not in declared
                ]
        wrong += missing_or_unknown(
            self.score,
            [id for name, source in self.domains.items() for id in source.ids(name)],
            list(self.domains),
        )
        if wrong:
            raise Complaints(wrong)
        return self


class Condition(World):
    """A world with a name."""

    id: Identifier
    label: Annotated[str, Field(min_length=1)]


class Sampler(Definition):
    """Settings of the sampler; see `openness.fitting.Settings`. The defaults are for speed."""

    chains: Annotated[int, Field(ge=2)] = 2
    draws: Annotated[int, Field(ge=100)] = 500
    tune: Annotated[int, Field(ge=100)] = 300
    target_accept: Annotated[float, Field(ge=0.5, lt=1)] = 0.8
    adaptation: Literal["diag", "draw_diag", "low_rank"] = "low_rank"


class Gate(Definition):
    """What a fit must reach to count as converged here, for every hyperparameter.

    It is laxer than the gate for publication, which so few draws do not pass.
    """

    max_rhat: Annotated[float, Field(gt=1)] = 1.05
    min_ess: Positive = 100.0


class Study(Definition):
    """A grid of conditions by replicates.

    Attributes
    ----------
    id, title : str
    seed : int
        Of everything random.
    replicates : int
        Of every condition. It can be raised later; what is there is kept.
    methods : tuple of str
        Naive methods, of `openness.naive.METHODS`; all of them if not given.
    model : bool
        Whether the model is fitted too.
    interval : float
        Probability of its intervals.
    bands : Bands
        By shares or counts.
    sampler : Sampler
    gate : Gate
    conditions : tuple of Condition
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0)]
    replicates: Annotated[int, Field(ge=1)]
    methods: tuple[str, ...] = tuple(METHODS)
    model: bool = True
    interval: Annotated[float, Field(gt=0, lt=1)] = 0.95
    bands: Bands
    sampler: Sampler = Sampler()
    gate: Gate = Gate()
    conditions: tuple[Condition, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        wrong = [
            _undeclared(("methods", position), name, tuple(METHODS), "method")
            for position, name in enumerate(self.methods)
            if name not in METHODS
        ]
        wrong += [
            Complaint(("methods", n), f"{name!r} is named twice", "each counts once: leave one out")
            for n, name in enumerate(self.methods)
            if name in self.methods[:n]
        ]
        if not (self.methods or self.model):
            found = "no method is named, and `model` is false"
            wrong.append(Complaint(("methods",), found, "a study needs one or the other"))
        if self.bands.rule == "cut_points":
            wrong.append(
                Complaint(
                    ("bands", "rule"),
                    "found 'cut_points'",
                    "naive scores have no such scale: allowed are 'shares' and 'counts'",
                )
            )
        ids = [condition.id for condition in self.conditions]
        wrong += [
            Complaint(("conditions", n, "id"), f"{id!r} is declared twice", "each must differ")
            for n, id in enumerate(ids)
            if id in ids[:n]
        ]
        if wrong:
            raise Complaints(wrong)
        return self


def study_hash(study: Study) -> str:
    """SHA-256 of what the results rest on: all settings but titles and the number of replicates.

    A score of the factor, a source without copies and bands of free sizes are as if those settings
    did not exist.
    """
    record = study.model_dump(mode="json", exclude={"title", "replicates"})
    if record["bands"]["sizes"] == "free":
        del record["bands"]["sizes"]
    for condition in record["conditions"]:
        del condition["label"]
        if condition["score"] == Score().model_dump(mode="json"):
            del condition["score"]
        for source in condition["domains"].values():
            if source["copies"] is None:
                del source["copies"]
    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _undeclared(
    place: tuple[int | str, ...], name: str, declared: tuple[str, ...], what: str = "such name"
) -> Complaint:
    words = f"there is no {what} {name!r}" if what != "such name" else f"{name!r} is not declared"
    return Complaint(place, words, f"declared: {', '.join(declared)}", name, declared)
