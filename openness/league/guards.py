"""When a guard speaks, and which of its warnings a league accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from openness.league.part import Definition, Positive

Share = Annotated[float, Field(gt=0, lt=1)]


class Accepted(Definition):
    """A warning that the league knows of and accepts: it becomes a note, with the reason.

    A finding that stops cannot be accepted.

    Attributes
    ----------
    guard : str
        Name of the guard.
    about : str
        What the finding is about, as its table says: a measure, a source, a unit, or two of them
        with " and " between; empty for everything that this guard says.
    why : str
        The reason. It is printed.
    """

    guard: Annotated[str, Field(min_length=1)]
    about: str = ""
    why: Annotated[str, Field(min_length=1)]


class Guards(Definition):
    """Thresholds of the guards, and the warnings that are accepted.

    Attributes
    ----------
    takeover_communality : float
        Posterior mean of a communality, above which a measure has become the level of its source.
        Beyond .95 less than a twentieth of its variance is its own: hardly any measure is so pure.
    takeover_communality_of_two : float
        The same for two measures of a source of three or more: near-copies share a takeover, and
        the prior keeps either a little below what it would be alone.
    takeover_score_correlation : float
        Correlation of the score with one measure, within types. At .97 the other measures together
        account for 6% of the variance of the score.
    largest_share_of_measure, largest_share_of_source : float
        Share of the score's information. Beyond it the league ranks that measure or source, and its
        title should say so.
    copies_correlation : float
        Two measures whose true values surely correlate more than this are told apart by their
        sampling error alone.
    split_coherent, split_rest : float
        Two sources above the one, while another lies below the other, share something that the
        factor took for what all sources share: one source, filed under two names.
    split_ratio : float
        Mean correlation of the items of two sources with each other, over that within them.
    silent_p : float
        A measure whose scatter its sampling errors would reach with this probability says nothing.
    tight_ratio : float
        Scatter over that of the sampling errors (chi-squared over its degrees of freedom), below
        which the errors are too large or the figures are shrunk.
    small_coherence, small_lone : float
        Posterior mean of the share of a source that is the factor, below which it adds nothing to
        what the others say; and the same of a measure alone in its source, whose share is less
        because what is specific to the measure counts as well.
    direction_p : float
        Probability of a correlation as negative as the observed one, if there were none.
    ambiguous : float
        Probability that the loading of a count is negative, its sign being free.
    misfit_p : float
        Family-wise probability of the residual correlations and type means under the model.
    misfit_correlation : float
        Difference of an observed and an implied correlation: smaller ones move no score by much.
    misfit_type : float
        Mean by which a measure is off in one type, in between-unit sds of the measure.
    outlying_p : float
        Family-wise probability of a cell as far from its prediction, over all cells.
    tiny_error : float
        Standard error of a cell over the median of its measure.
    few_units : int
        Types with fewer units are noted: their own level is hardly known.
    type_move : float
        By how much the place of a type may move under other priors, as a share of all places.
    prior_move : float
        By how much a score may move if the prior counted twice, in its posterior sds.
    accepted : tuple of Accepted
    """

    takeover_communality: Share = 0.95
    takeover_communality_of_two: Share = 0.9
    takeover_score_correlation: Share = 0.97
    largest_share_of_measure: Share = 0.8
    largest_share_of_source: Share = 0.95
    copies_correlation: Share = 0.9
    split_coherent: Share = 0.85
    split_rest: Share = 0.4
    split_ratio: Positive = 0.95
    silent_p: Share = 0.1
    tight_ratio: Share = 0.5
    small_coherence: Share = 0.15
    small_lone: Share = 0.05
    direction_p: Share = 0.01
    ambiguous: Share = 0.3
    misfit_p: Share = 0.01
    misfit_correlation: Share = 0.2
    misfit_type: Positive = 0.5
    outlying_p: Share = 0.001
    tiny_error: Share = 0.001
    few_units: Annotated[int, Field(ge=0)] = 5
    type_move: Share = 0.1
    prior_move: Positive = 0.3
    accepted: tuple[Accepted, ...] = ()
