"""An indicator: one measure and the distribution by which it is observed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, FiniteFloat, model_validator

from openness.families import FAMILIES, Setting, family_of, those_with
from openness.league.complaints import Complaint, Complaints, repeated
from openness.league.part import Definition, GroupCode, Identifier, Positive

Direction = Literal["higher_is_better", "lower_is_better"]

_ONLY: dict[Setting, str] = {
    "categories": "have categories",
    "respondent_sd": "have a respondent sd",
    "design_effect": "have a design effect",
    "likelihood": "may ask for an exact likelihood: leave the setting out",
    "suppressed": "are suppressed for being small",
    "range": "declare their range",
}
"""What only those families have that take the setting, in words."""


def _known_family(name: object) -> object:
    if name not in tuple(FAMILIES):
        allowed = f"allowed: {', '.join(map(repr, FAMILIES))}"
        raise Complaints([Complaint((), f"found {name!r}", allowed, str(name), tuple(FAMILIES))])
    return name


FamilyName = Annotated[str, BeforeValidator(_known_family)]
"""A key of `openness.families.FAMILIES`."""


class Indicator(Definition):
    """One measure and the distribution by which it is observed.

    Attributes
    ----------
    id, label, question : str
        Column name, short label for readers, and the words that were asked or counted.
    family : {"proportion", "count", "score", "ordinal", "binary"}
        Binomial, Poisson with exposure, normal, ordered categories, 0/1; or one that was added by
        `openness.families.register`.
    direction : {"higher_is_better", "lower_is_better"}
        Which way openness points.
    domain : str
        The source of evidence that the indicator belongs to.
    facet : str, optional
        The facet of that source which holds the indicator together with its near-copies.
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
    range : (float, float), optional
        Least and largest value that a score can have, such as (0, 10). It gives the priors of the
        score their scale, which they would otherwise take from the data.
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
    family: FamilyName
    direction: Direction
    domain: Identifier
    facet: Identifier | None = None
    groups: tuple[GroupCode, ...] | None = None
    design_effect: Positive = 1.0
    respondent_sd: Positive | None = None
    categories: tuple[str, ...] = ()
    likelihood: Literal["matched", "exact"] = "matched"
    suppressed: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    range: tuple[FiniteFloat, FiniteFloat] | None = None
    collection: Identifier | None = None
    scored: bool = True
    why: str = ""

    @model_validator(mode="after")
    def _settings_fit_family(self) -> Self:
        wrong = [*self._settings_of_other_families(), *repeated(self.categories, ("categories",))]
        if "categories" in family_of(self).settings and len(self.categories) < 2:
            came = f"{_an(self.family)} indicator came with {len(self.categories)} categories"
            needed = "it needs at least 2, from the lowest to the highest"
            wrong.append(Complaint(("categories",), came, needed))
        wrong += self._suppression_is_possible()
        if self.range is not None and self.range[0] >= self.range[1]:
            came = f"found [{self.range[0]:g}, {self.range[1]:g}]"
            wrong.append(Complaint(("range",), came, "the least value, then the largest"))
        if wrong:
            raise Complaints(wrong)
        return self

    def _settings_of_other_families(self) -> Iterator[Complaint]:
        given: dict[Setting, bool] = {
            "categories": self.categories != (),
            "respondent_sd": self.respondent_sd is not None,
            "design_effect": self.design_effect != 1,
            "likelihood": self.likelihood == "exact",
            "suppressed": self.suppressed is not None,
            "range": self.range is not None,
        }
        for setting, words in _ONLY.items():
            if given[setting] and setting not in family_of(self).settings:
                came = f"given for {_an(self.family)}"
                yield Complaint((setting,), came, f"only {those_with(setting)} {words}")

    def _suppression_is_possible(self) -> Iterator[Complaint]:
        if self.suppressed is None or "suppressed" not in family_of(self).settings:
            return
        lowest, highest = self.suppressed
        if lowest > highest:
            allowed = "the least number of events, then the largest"
            yield Complaint(("suppressed",), f"found [{lowest}, {highest}]", allowed)
        elif self.design_effect != 1:
            came = f"given with a design effect of {self.design_effect:g}"
            allowed = "the number of events has a known distribution only if the design effect is 1"
            yield Complaint(("suppressed",), came, allowed)

    @property
    def sign(self) -> int:
        """+1 if higher is better, -1 if lower is."""
        return 1 if self.direction == "higher_is_better" else -1

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of an ordered indicator from the lowest, `0` and `1` for a binary one."""
        return family_of(self).labels(self)

    def applies_to(self, group: str) -> bool:
        """Whether units of `group` are measured on this indicator."""
        return self.groups is None or group in self.groups


def _an(name: str) -> str:
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
