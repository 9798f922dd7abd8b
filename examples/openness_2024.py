"""Rank 210 NHS trusts by how open they are, from what staff say and what inspectors found.

The league is `models/openness-2024.toml`. Its tables are not shipped with the package, because not
all of their sources have a licence that allows it. Where they are, this takes them to a ranking:

    .venv/bin/python examples/openness_2024.py --data FOLDER --out openness-2024-results

FOLDER holds `openness-2024/measures.csv` and `openness-2024/units.csv`. If it is not given, the
environment variable OPENNESS_DATA is used, or else `../shared/data` beside the project.

Four questions are asked that a single list of trusts does not answer: what must be said before
anybody publishes it, how wide the intervals are, whether the trusts on either side of a cut are
really in that order, and how the list would differ if another score were ranked.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def main() -> int:
    arguments = parse_arguments()
    folder = arguments.data / "openness-2024"
    tables = folder / "measures.csv", folder / "units.csv"
    if absent := [str(path) for path in tables if not path.is_file()]:
        print(f"The tables of 2024 are not here: {' and '.join(absent)}.")
        print("They are not shipped. Name the folder that holds them with --data or OPENNESS_DATA.")
        return 0

    import openness

    league = openness.load_league("openness-2024")
    measures = openness.read_measures(*tables, league)
    print(f"{league.title}: {len(measures.units)} {league.unit_plural}.")
    for warning in measures.warnings:
        print(f"Warning: {warning}")

    print("Fitting; compiling the model takes a while.", flush=True)
    fit = openness.fit(league, measures, seed=arguments.seed, report=print)
    for flag in fit.flags:
        print(f"Note: {flag}")
    print(f"Gate: {fit.diagnostics.summary()}.")
    if fit.is_draft:
        print("The fit did not pass the gate, so there is no ranking:", file=sys.stderr)
        print("\n".join(f"  {reason}" for reason in fit.diagnostics.failures()), file=sys.stderr)
        return 3
    tell_and_write(fit, arguments.out)
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(os.environ.get("OPENNESS_DATA", PROJECT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default, help="folder of the real tables")
    parser.add_argument("--out", type=Path, default=Path("openness-2024-results"))
    parser.add_argument("--seed", type=int, default=2024)
    return parser.parse_args()


def tell_and_write(fit, out: Path) -> None:
    import openness
    from openness.publish import open_console, show, write

    standing = openness.stand(fit)
    ranking = openness.rank(standing)
    open_console().print(show(ranking))
    tell_widths(ranking.table)
    tell_cut(standing, ranking)
    openness.save_fit(fit, out, overwrite=True)
    write(ranking, out)
    write(openness.guard(fit), out)
    compared = openness.compare_scores(standing)
    open_console().print(show(compared, top=5))
    write(compared, out)
    print(f"Everything is in {out}.")


def tell_widths(table) -> None:
    ranked = table[table["ranked"]]
    widths = ranked["rank_upper"] - ranked["rank_lower"]
    complete = ranked["measures_present"] == ranked["measures_applicable"]
    print(f"{len(ranked)} trusts are ranked, {len(table) - len(ranked)} are not.")
    wide, wider = widths[complete].median(), widths[~complete].median()
    print(
        f"Half of the rank intervals are at least {wide:.0f} places wide where a trust has all its "
        f"measures, and {wider:.0f} where it lacks some."
    )


def tell_cut(standing, ranking) -> None:
    import openness

    ranked = ranking.table[ranking.table["ranked"]]
    cut = ranking.about["band_limits"][0]
    inside, outside = ranked.iloc[cut - 1], ranked.iloc[cut]
    ahead = openness.probability_of_superiority(standing, inside.name, outside.name).table.iloc[0]
    print(
        f"The first cut is between number {cut}, {inside['name']}, and number {cut + 1}, "
        f"{outside['name']}. The probability that the first is really ahead is "
        f"{ahead['probability']:.2f} (Monte Carlo error {ahead['monte_carlo_error']:.2f})."
    )


if __name__ == "__main__":
    sys.exit(main())
