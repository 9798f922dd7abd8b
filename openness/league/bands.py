"""Bands, and how a ranking is cut into them."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from openness.league.complaints import Complaint, Complaints, Place, repeated
from openness.league.part import Definition, Identifier


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
    sizes : {"free", "as_declared"}
        "free" names each unit's most probable band, so that bands need not hold as many units as
        their share or count says. "as_declared" keeps these sizes, with the least expected distance
        of the named band from the true one.
    """

    rule: Literal["shares", "counts", "cut_points"]
    sizes: Literal["free", "as_declared"] = "free"
    levels: tuple[Band, ...] = Field(min_length=2)

    @property
    def named_by(self) -> Literal["zero-one", "absolute"]:
        """The loss by which bands are named unless another is stated."""
        return "zero-one" if self.sizes == "free" else "absolute"

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
        wrong = repeated((level.id for level in self.levels), ("levels",), "id")
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
        if self.rule == "cut_points" and self.sizes == "as_declared":
            needs = "cut points declare no sizes: 'as_declared' needs shares or counts"
            wrong.append(Complaint(("sizes",), "found 'as_declared'", needs))
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
