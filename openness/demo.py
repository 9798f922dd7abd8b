"""The story of 2016, told on a simulated league: the whole path from two tables to a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.padding import Padding

from openness.errors import InvalidRun
from openness.explain import rank_by_source, worth
from openness.fitting import require_free, save_fit
from openness.league import League
from openness.measures import Measures, audit, find_nil_returns, read_measures
from openness.naive import learning_from_mistakes_2016
from openness.publish import audit_report, show, write
from openness.publish.wording import band_labels, percent
from openness.scoring import score_in_short
from openness.standing import Standing, probability_of_superiority, rank, stand
from openness.study.league_of_2016 import as_confirmed, as_first_returned, league_of_2016
from openness.study.simulate import SimulatedLeague
from openness.study.true_score import true_score

LEAGUE_SEED = 7
"""The league of the story; another seed is another league."""

WORTH_SHOWN = 3

CUT = 120
"""In 2016, number 120 was "good" and number 121 "a significant concern"."""


def run_demo(out: Path, *, seed: int, console: Console, progress: bool) -> None:
    """Simulate, check, fit, rank and tell.

    Parameters
    ----------
    out : Path
        Receives `measures.csv`, `units.csv` and the run, with its ranking and pictures.
    seed : int
        Of the sampler.
    console : rich.console.Console
    progress : bool
        Whether to show progress bars.
    """
    from openness.fitting.fit import fit

    run = out / "run"
    if out.is_dir() and any(out.iterdir()) and not run.is_dir():
        raise InvalidRun(f"{out} holds something else than an earlier demo; name another folder.")
    require_free(run, overwrite=True)
    simulated = league_of_2016(LEAGUE_SEED)
    measures_path, units_path = _write_tables(simulated, out)
    league = simulated.league

    _heading(console, "The evidence")
    console.print(
        f"A simulated league of {len(simulated.units)} trusts of {len(league.groups)} types, after "
        f"the one of March 2016: {len(league.indicators)} measures from "
        f"{len(league.domains)} sources, some of them missing."
    )
    _show_what_is_stopped(console, simulated)
    measures = read_measures(measures_path, units_path, league)
    found = audit_report(audit(measures, league), measures, league)
    console.print(Padding(show(found, top=8), (1, 0, 0, 0)))

    _heading(console, "The fit")
    console.print("Compiling the model, which takes longest the first time, and sampling it.")
    result = fit(
        league,
        measures,
        seed=seed,
        progress=progress,
        report=lambda line: console.print(line, markup=False),
    )
    save_fit(result, run, overwrite=True)
    console.print(f"Gate passed: {result.diagnostics.passed}. {result.diagnostics.summary()}.")
    for flag in result.flags:
        console.print(f"Note: {flag}", markup=False)

    _heading(console, "The ranking, by declared weights")
    standing = stand(result)
    ranking = rank(standing)
    console.print(show(ranking))

    _heading(console, f"Number {CUT} and number {CUT + 1}")
    _tell_the_cut(console, standing, ranking.table)
    _heading(console, "The trust whose incident system was being replaced")
    _tell_the_nil_return(console, standing, ranking.table, simulated)
    console.print(
        "Had the trust confirmed that nothing was reported, the zeros would be evidence. The same "
        "table with the two cells marked observed and confirmed is another model, which is "
        "compiled and sampled now."
    )
    confirmed = fit(league, read_as_confirmed(simulated), seed=seed, progress=progress)
    _tell_the_confirmed_zero(console, stand(confirmed), simulated)
    _tell_the_truth(console, simulated)
    _heading(console, "The same trusts by a common factor")
    by_factor = stand(result, score="factor", draft=True)
    _tell_the_factor(console, standing, by_factor, simulated)
    _heading(console, "Whom to ask first")
    _tell_the_worth(console, standing)

    _heading(console, "What was written")
    for path in [
        measures_path,
        units_path,
        *write(ranking, run, highlight=[simulated.planted]),
        run / "draws.nc",
        run / "provenance.json",
    ]:
        console.print(f"  {path}", markup=False)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.rule(f"[bold]{text}", align="left", characters="-")


def _write_tables(simulated: SimulatedLeague, out: Path) -> tuple[Path, Path]:
    out.mkdir(parents=True, exist_ok=True)
    paths = out / "measures.csv", out / "units.csv"
    for frame, path in zip((simulated.measures, simulated.units), paths, strict=True):
        frame.to_csv(path, index=False, lineterminator="\n")
    return paths


def _show_what_is_stopped(console: Console, simulated: SimulatedLeague) -> None:
    """Show what the detector of nil returns says of the table as it first came in."""
    league, code = simulated.league, simulated.planted
    first = read_measures(as_first_returned(simulated), simulated.units, league)
    name = first.units["name"].to_dict()[code]
    console.print(
        f"As the table first came in, {name} ({code}) had returned zeros, and no fit is made of "
        "such a table:"
    )
    row: Any
    for row in find_nil_returns(first, league).reset_index().itertuples():
        console.print(
            f"  {row.indicator}: {row.events:.0f}, where {row.against} lead one to expect about "
            f"{row.expected:,.0f} (probability {row.probability:.0e}).",
            markup=False,
        )
    console.print(
        "So somebody asked, and learned that the incident system was being replaced. The cells are "
        "marked system_change, and this is the table that is fitted:"
    )


def _tell_the_cut(console: Console, standing: Standing, table: pd.DataFrame) -> None:
    ranked: Any = table[table["ranked"]]
    labels = band_labels(standing.league)
    last, first = ranked.iloc[CUT - 1], ranked.iloc[CUT]
    found = probability_of_superiority(standing, str(last.name), str(first.name)).table
    ahead: Any = found.iloc[0]
    for number, row in ((CUT, last), (CUT + 1, first)):
        console.print(f"Number {number}, {row['name']}: {_rank(row, labels)}", markup=False)
    order = list(labels)
    if order.index(last["band"]) > order.index(first["band"]):
        console.print(
            "The list is in the order of expected ranks, and divisions are filled by chances. "
            "Where these are nearly even, the two may cross."
        )
    console.print(
        f"The probability that number {CUT} really is ahead of number {CUT + 1} is "
        f"{ahead.probability:.2f} (Monte Carlo error {ahead.monte_carlo_error:.2f}). In 2016 the "
        "one was good and the other a significant concern."
    )


def _tell_the_nil_return(
    console: Console, standing: Standing, table: pd.DataFrame, simulated: SimulatedLeague
) -> None:
    code = simulated.planted
    row: Any = table.loc[code]
    labels = band_labels(standing.league)
    naive = learning_from_mistakes_2016(standing.fit.measures, standing.league).table
    placed: Any = naive.loc[code]
    console.print(
        f"{row['name']} ({code}) has an excellent staff survey. Its incident return is nil, "
        "because the system was being replaced."
    )
    survey: Any = rank_by_source(standing, code).table.loc["survey"]
    console.print(f"By its staff survey alone: rank {_interval(survey, row['interval_prob'])}.")
    console.print(
        f"A table that counts nil as zero puts it at number {placed['rank']:.0f} of {len(table)}: "
        f'"{labels[placed["band"]]}".',
        markup=False,
    )
    console.print(
        "The model leaves the nil out, as the status system_change says, and has the survey, the "
        f"board and the inspection to go by: {_rank(row, labels)}",
        markup=False,
    )


def read_as_confirmed(simulated: SimulatedLeague) -> Measures:
    """Read the table in which the trust's zeros are observed and confirmed."""
    return read_measures(as_confirmed(simulated), simulated.units, simulated.league)


def _tell_the_confirmed_zero(
    console: Console, standing: Standing, simulated: SimulatedLeague
) -> None:
    row: Any = rank(standing).table.loc[simulated.planted]
    console.print(
        f"With the zeros confirmed, they count: {_rank(row, band_labels(standing.league))}",
        markup=False,
    )


def _tell_the_truth(console: Console, simulated: SimulatedLeague) -> None:
    console.print(
        "This league is simulated, so the truth is known: had every measure been there and without "
        f"sampling error, the trust would be number {_true_rank(simulated, simulated.league)}."
    )


def _tell_the_factor(
    console: Console, standing: Standing, by_factor: Standing, simulated: SimulatedLeague
) -> None:
    """Say how far another answer to what is ranked would change the list, and the story."""
    own, table = simulated.league, rank(standing).table
    factor = rank(by_factor).table.loc[table.index]
    both = table["ranked"] & factor["ranked"]
    here, there = table[both], factor[both]
    # Places in the list: expected ranks also differ by how far each score draws them together.
    places = [of["expected_rank"].rank() for of in (here, there)]
    moves = (places[0] - places[1]).abs()
    widths = [(of["rank_upper"] - of["rank_lower"]).median() for of in (here, there)]
    row: Any = factor.loc[simulated.planted]
    console.print(
        f"So far the score was {score_in_short(own)}. The same fit can rank the trusts by "
        f"{score_in_short(by_factor.league)} instead: by what all sources share, where a model "
        "finds what each measure weighs. Nothing is fitted again."
    )
    if by_factor.draft:
        console.print("A guard stops that score, so this is a draft: see `openness guard`.")
    console.print(
        f"The two lists correlate {places[0].corr(places[1]):.3f}. Half of the trusts move by "
        f"{moves.median():.0f} places or more, one of them by {moves.max():.0f}, and "
        f"{percent((here['band'] != there['band']).mean())} are put into another division."
    )
    console.print(
        f"{row['name']} by the factor: {_rank(row, band_labels(own))} By its true factor it is "
        f"number {_true_rank(simulated, by_factor.league)}.",
        markup=False,
    )
    console.print(
        f"Half of the rank intervals are at least {widths[0]:.0f} ranks wide by declared weights, "
        f"and {widths[1]:.0f} by the factor. What a trust's measures truly read can be known "
        "better than what they are all a sign of."
    )


def _true_rank(simulated: SimulatedLeague, league: League) -> int:
    return int(true_score(simulated, league).rank(ascending=False)[simulated.planted])


def _tell_the_worth(console: Console, standing: Standing) -> None:
    """Print the returns that would make a rank interval much narrower."""
    table = worth(standing).table
    console.print(
        "A missing return costs its trust certainty. How much narrower would the rank interval be "
        "with it? The most, of those that are missing:"
    )
    row: Any
    for row in table.head(WORTH_SHOWN).reset_index().itertuples():
        console.print(
            f"  {row.indicator} of {row.name} ({row.unit}), {row.status}: by about "
            f"{row.narrowing:.0f} of {row.rank_upper - row.rank_lower:.0f} ranks.",
            markup=False,
        )


def _rank(row: Any, labels: Mapping[str, str]) -> str:
    """Rank and named band with its chance, as the end of a sentence."""
    if not row["ranked"]:
        return f"not ranked ({row['reason']})."
    return (
        f"rank {_interval(row, row['interval_prob'])}; put into "
        f'"{labels[row["band"]]}" (chance {percent(row[f"prob_{row['band']}"])}).'
    )


def _interval(row: pd.Series, prob: float) -> str:
    return (
        f"{row['rank_median']:.0f} ({row['rank_lower']:.0f} to {row['rank_upper']:.0f}, "
        f"{percent(prob)} interval)"
    )
