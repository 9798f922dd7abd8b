"""A fit among the methods of other leagues: the short way to `openness.naive.compare`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from openness.errors import InvalidInput, OpennessError, Problem
from openness.fitting import Fit, Settings, require_gate, scores
from openness.league import League
from openness.measures import Measures, status_table
from openness.naive import METHODS, Comparison, Method, MethodRanking, ModelRanking
from openness.naive import compare as compare_rankings
from openness.naive.comparison import MODEL
from openness.naive.comparison.agreement import agreement
from openness.naive.comparison.dropping import without
from openness.naive.method import in_short, place
from openness.ranking import Posterior
from openness.standing import rank


def compare(
    evidence: Fit | Measures,
    league: League | None = None,
    *,
    methods: Mapping[str, Method] = METHODS,
    other: Fit | Measures | None = None,
    drop: bool = True,
    refit: bool = False,
    draft: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Rank by every method, and hold the rankings against the model or against each other.

    Parameters
    ----------
    evidence : Fit or Measures
        Given a fit, the model is the reference and its posterior the yardstick. Given measures,
        the first method is the reference.
    league : League, optional
        Of the measures; that of the fit if a fit is given.
    methods : mapping of str to Method
        Those of `openness.naive.METHODS` if not given.
    other : Fit or Measures, optional
        Evidence of another period on the same units, to see what stays of each ranking. Given
        measures beside a fit, the model is not held against it. A fit must have the same bands.
    drop : bool
        Whether to rank again without each indicator.
    refit : bool
        Whether to fit the model without each indicator as well: one compilation and one run of the
        sampler for each.
    draft : bool
        Allow a fit that did not pass the gate.
    report : callable
        Receives a few words before each step.

    Returns
    -------
    openness.naive.Comparison

    Raises
    ------
    InvalidInput
        If the arguments do not go together, or fewer than two rankings come about.
    GateFailed
        If the fit did not pass the gate and no draft was asked for.
    """
    _check(evidence, league, methods, other, refit=refit)
    if isinstance(evidence, Measures):
        assert league is not None
        measures, model = evidence, None
    else:
        league, measures = evidence.league, evidence.measures
        model = _model(evidence, draft=draft)
        if drop and refit:
            model = replace(model, dropped=_refit_without_each(evidence, model.ranking, report))
    if isinstance(other, Fit):
        if model is not None:
            model = replace(model, again=_ranking(other, draft=draft))
        other = other.measures
    return compare_rankings(
        measures, league, methods, model=model, other=other, drop=drop, report=report
    )


def _check(
    evidence: object, league: object, methods: object, other: object, *, refit: bool
) -> None:
    """Refuse arguments of other types, and those that would be read past."""
    kinds = "a fit, or measures that `read_measures` returned"
    wrong = []
    if not isinstance(evidence, Fit | Measures):
        wrong.append(("evidence", type(evidence).__name__, kinds))
    if other is not None and not isinstance(other, Fit | Measures):
        wrong.append(("other", type(other).__name__, kinds))
    if not isinstance(methods, Mapping):
        said = "names with their methods, such as a part of `openness.naive.METHODS`"
        wrong.append(("methods", type(methods).__name__, said))
    if league is not None and not isinstance(league, League):
        wrong.append(("league", type(league).__name__, "what `load_league` returns"))
    elif isinstance(evidence, Fit):
        if league is not None and league != evidence.league:
            wrong.append(("league", "not that of the fit", "a fit brings its own: leave it out"))
        if isinstance(other, Fit) and _band_ids(other) != _band_ids(evidence):
            said = "both are cut by one rule: fit the other evidence with this league"
            wrong.append(("other", "a fit whose league has other bands", said))
    elif isinstance(evidence, Measures):
        if league is None:
            wrong.append(("league", "none", "measures need their league"))
        if refit:
            wrong.append(("refit", "True with measures", "it fits a model again: give the fit"))
    if wrong:
        raise InvalidInput([Problem("compare", *words) for words in wrong])


def _band_ids(fit: Fit) -> list[str]:
    return [band.id for band in fit.league.bands.levels]


def _model(fit: Fit, *, draft: bool) -> ModelRanking:
    require_gate(fit, draft=draft)
    table = rank(fit, draft=draft)
    ranked = table.index[table["ranked"]]
    draws = scores(fit)
    everybody = Posterior.from_draws(draws.to_numpy(), draws["unit"].to_numpy().tolist())
    bands = _band_ids(fit)
    chances = table.loc[ranked, [f"prob_{band}" for band in bands]]
    return ModelRanking(
        ranking=_ranking(fit, draft=draft),
        posterior=everybody.only(ranked),
        band_probability=chances.set_axis(bands, axis=1),
    )


def _ranking(fit: Fit, *, draft: bool) -> MethodRanking:
    """The model as one of the methods, with the ranks and bands that are published."""
    table = rank(fit, draft=draft)
    statuses = status_table(fit.measures, fit.league)
    treatment = statuses.where(statuses == "not_applicable", "left_out")
    placed = place(
        MODEL,
        table["score_mean"].where(table["ranked"]),
        treatment.where(statuses != "observed", "used"),
        fit.measures,
        fit.league,
        rank=table["expected_rank"].rank(),
        standard_error=table["score_sd"],
    )
    return replace(placed, table=placed.table.assign(band=table["band"]))


def _refit_without_each(
    fit: Fit, full: MethodRanking, report: Callable[[str], None]
) -> pd.DataFrame:
    """As `openness.naive.drop_each`, by fits with the settings and the seed of this one."""
    from openness.fitting.fit import fit as fit_league

    settings, seed = Settings(**fit.provenance["settings"]), int(fit.provenance["seed"])
    rows: dict[str, dict[str, object]] = {}
    for indicator in fit.league.scored:
        report(f"{MODEL}: fitting without {indicator.id}")
        try:
            again = fit_league(
                without(fit.league, indicator.id), fit.measures, seed=seed, settings=settings
            )
        except OpennessError as error:
            rows[indicator.id] = {"refused": in_short(error)}
            continue
        left = _ranking(again, draft=True).table
        figures = agreement(left["rank"], left["band"], full.table["rank"], full.table["band"])
        failures = "; ".join(again.diagnostics.failures())
        gate = f"the fit did not pass the gate: {failures}"
        rows[indicator.id] = {"refused": gate} if failures else {**figures, "refused": ""}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")
