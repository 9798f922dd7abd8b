"""An indicator: one measure and the law by which it is observed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openness.league.complaints import Complaint, Complaints, Place, repeated
from openness.league.part import Definition, GroupCode, Identifier, Positive

Family = Literal["proportion", "count", "score", "ordinal", "binary"]
Direction = Literal["higher_is_better", "lower_is_better"]


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
        wrong += repeated(self.categories, ("categories",))
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
