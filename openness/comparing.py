"""A fit among the methods of other leagues: the short way to `openness.naive.compare`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.fitting import Fit, Settings
from openness.league import League
from openness.measures import Measures, status_table
from openness.naive import (
    METHODS,
    Method,
    MethodRanking,
    ModelRanking,
    Scored,
    unobserved_components_league,
)
from openness.naive import compare as compare_rankings
from openness.naive.comparison import MODEL
from openness.naive.comparison.other import agreement_without_each
from openness.naive.methods import as_ranking
from openness.ranking import Posterior
from openness.ranking.arguments import as_sequence
from openness.result import Result
from openness.standing import Standing, rank, stand


def compare(
    evidence: Standing | Fit | Measures,
    league: League | None = None,
    *,
    methods: Mapping[str, Method] = METHODS,
    other: Standing | Fit | Measures | None = None,
    other_league: League | None = None,
    representative: Sequence[str] | None = None,
    drop: bool = True,
    refit: bool = False,
    report: Callable[[str], None] = lambda _: None,
) -> Result:
    """Rank by every method, and compare the rankings with the model or with each other.

    Parameters
    ----------
    evidence : Standing, Fit or Measures
        Given a standing, the model is the reference, and its posterior says what share of pairs a
        method puts in the wrong order. A fit is short for `stand(fit)`. Given measures, the first
        method is the reference.
    league : League, optional
        Of the measures; a fit brings its own.
    methods : mapping of str to Method
        Those of `openness.naive.METHODS` if not given, your own among them.
    other : Standing, Fit or Measures, optional
        Evidence of another period, or by another definition of the league, on the same units, to
        see what stays of each ranking. Given measures and a fit, the model is not compared. Both
        leagues must have the same bands and scope.
    other_league : League, optional
        Of the other measures, that of `evidence` if not given; a fit brings its own. Every method
        ranks the other evidence by that league.
    representative : sequence of str, optional
        Scored indicators that stand for all units in `unobserved_components`.
    drop : bool
        Whether to rank again without each indicator.
    refit : bool
        Whether to fit the model without each indicator as well: one compilation and one run of the
        sampler for each.
    report : callable
        Receives a few words before each step.

    Returns
    -------
    Result
        Of the kind "comparison". The table is `Comparison.summary`; `parts` has the
        `openness.naive.Comparison` as "comparison", and its other tables by the names of their
        files. A draft if either fit is one.

    Raises
    ------
    InvalidInput
        If the arguments do not go together, or fewer than two rankings come about.
    GateFailed
        If a fit did not pass the gate.

    Examples
    --------
    >>> from openness.naive import METHODS
    >>> two = {name: METHODS[name] for name in ("mean_available_z", "zero_fill")}
    >>> result = openness.compare(measures, league, methods=two, drop=False)
    >>> result.table.index.tolist()
    ['mean_available_z', 'zero_fill']
    """
    _check(evidence, league, methods, other, other_league, refit)
    standing, measures, league = _parts(evidence, league)
    assert measures is not None
    assert league is not None
    other_standing: Standing | None = None
    others: Measures | None
    if standing is None and isinstance(other, Fit):  # of which no draw is used
        others, other_league = other.measures, other.league
    else:
        other_standing, others, other_league = _parts(other, other_league)
    model, draft = None, False
    if standing is not None:
        model = _model(standing)
        if drop and refit:
            model = replace(model, dropped=_refit_without_each(standing, model.ranking, report))
        if other_standing is not None:
            model = replace(model, again=_ranking(other_standing))
            draft = other_standing.draft
    if representative is not None:
        methods = _with_representative(methods, representative, league)
    found = compare_rankings(
        measures,
        league,
        methods,
        model=model,
        other=others,
        other_league=other_league,
        drop=drop,
        report=report,
    )
    return Result(
        kind="comparison",
        table=found.summary,
        league=league if standing is None else standing.league,
        standing=replace(standing, draft=True) if standing and draft else standing,
        parts={"comparison": found, **found.tables},
    )


def _check(
    evidence: object,
    league: object,
    methods: object,
    other: object,
    other_league: object,
    refit: bool,
) -> None:
    """Refuse arguments of other types, and those that would be read past."""
    kinds = "a fit, its standing, or measures that `read_measures` returned"
    wrong = []
    if not isinstance(evidence, Standing | Fit | Measures):
        wrong.append(("evidence", type(evidence).__name__, kinds))
    if other is not None and not isinstance(other, Standing | Fit | Measures):
        wrong.append(("other", type(other).__name__, kinds))
    if not isinstance(methods, Mapping):
        said = "names with their methods, such as a part of `openness.naive.METHODS`"
        wrong.append(("methods", type(methods).__name__, said))
    for name, its, whose in (("league", league, evidence), ("other_league", other_league, other)):
        if its is not None and not isinstance(its, League):
            wrong.append((name, type(its).__name__, "what `load_league` returns"))
        elif its is not None and isinstance(whose, Standing | Fit) and its != whose.league:
            wrong.append((name, "not that of the fit", "a fit brings its own: leave it out"))
    if other_league is not None and other is None:
        wrong.append(("other_league", "given without `other`", "it is of the other evidence"))
    if isinstance(evidence, Measures):
        if league is None:
            wrong.append(("league", "none", "measures need their league"))
        if refit:
            wrong.append(("refit", "True with measures", "it fits a model again: give the fit"))
    if wrong:
        raise InvalidInput([Problem("compare", *words) for words in wrong])


def _parts(
    evidence: Standing | Fit | Measures | None, league: League | None
) -> tuple[Standing | None, Measures | None, League | None]:
    """Standing, measures, and the league with the scope of the standing."""
    if not isinstance(evidence, Standing | Fit):
        return None, evidence, league
    standing = stand(evidence) if isinstance(evidence, Fit) else evidence
    league = standing.league.model_copy(update={"scope": standing.scope})
    return standing, standing.fit.measures, league


def _with_representative(
    methods: Mapping[str, Method], representative: Sequence[str], league: League
) -> Mapping[str, Method]:
    """The same methods, with representative indicators for `unobserved_components`."""
    name = "unobserved_components"
    chosen = as_sequence(representative, "representative")
    scored = ", ".join(i.id for i in league.scored)
    wrong = [
        Problem("representative", repr(id), "no such scored indicator", scored)
        for id in chosen
        if id not in [i.id for i in league.scored]
    ]
    if methods.get(name) is not METHODS[name]:
        said = f"it is a setting of {name}, which must be among the methods"
        wrong.append(Problem("representative", "methods", ", ".join(methods), said))
    if wrong:
        raise InvalidInput(wrong)

    def among_these(measures: Measures, league: League, /) -> MethodRanking:
        left = [i.id for i in league.scored if i.id in chosen]
        return unobserved_components_league(measures, league, representative=left)

    return {**methods, name: among_these}


def _model(standing: Standing) -> ModelRanking:
    table = rank(standing).table
    ranked = table.index[table["ranked"]].tolist()
    bands = [band.id for band in standing.league.bands.levels]
    chances = table.loc[ranked, [f"prob_{band}" for band in bands]]
    return ModelRanking(
        ranking=_ranking(standing, table),
        posterior=Posterior.from_draws(
            standing.score.sel(unit=ranked).to_numpy(),
            ranked,
            classes=standing.units.loc[ranked, "class"],
        ),
        band_probability=chances.set_axis(bands, axis=1),
    )


def _ranking(standing: Standing, table: pd.DataFrame | None = None) -> MethodRanking:
    """The model as one of the methods, with the ranks and bands that are published."""
    table = rank(standing).table if table is None else table
    measures, league = standing.fit.measures, standing.league
    statuses = status_table(measures, league)
    treatment = statuses.where(statuses == "not_applicable", "left_out")
    scored = Scored(
        table["score_mean"].where(table["ranked"]),
        treatment.where(statuses != "observed", "used"),
        rank=table["expected_rank"].rank(),
        standard_error=table["score_sd"],
    )
    ranking = as_ranking(MODEL, scored, measures, league)
    return replace(ranking, table=ranking.table.assign(band=table["band"]))


def _refit_without_each(
    standing: Standing, full: MethodRanking, report: Callable[[str], None]
) -> pd.DataFrame:
    """As `openness.naive.drop_each`, by fits with the settings and the seed of this one."""
    from openness.fitting.fit import fit as fit_league

    fitted = standing.fit
    settings, seed = Settings(**fitted.provenance["settings"]), int(fitted.provenance["seed"])
    ids = {indicator.id for indicator in standing.league.scored}

    def rank_without(left: League) -> tuple[pd.DataFrame, str]:
        (gone,) = ids - {indicator.id for indicator in left.scored}
        report(f"{MODEL}: fitting without {gone}")
        again = fit_league(left, fitted.measures, seed=seed, settings=settings)
        failures = "; ".join(again.diagnostics.failures())
        refused = f"the fit did not pass the gate: {failures}" if failures else ""
        return _ranking(stand(again, scope=standing.scope, draft=True)).table, refused

    return agreement_without_each(full.table, standing.league, rank_without)
