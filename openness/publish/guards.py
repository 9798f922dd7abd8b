"""What the guards say, and what a score is made of, on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.text import Text

from openness.guards import Finding
from openness.publish.listing import Lines, add_columns, bold, new_table
from openness.result import Result

_HEADINGS = {
    "stops": "Stops: no ranking is published from this fit",
    "warns": "Warns: say this with the ranking, or mend it",
    "notes": "Notes",
}


def guards_view(result: Result, top: int, bottom: int) -> Lines:
    """Show every finding, the gravest first."""
    table = result.table
    grave = (table["severity"] != "notes").any()
    yield bold(f"{result.league.title}: what must be said before anybody publishes")
    if not grave:
        yield "No guard stops or warns."
    for severity, heading in _HEADINGS.items():
        rows = table[table["severity"] == severity]
        if rows.empty:
            continue
        yield ""
        yield bold(f"{heading} ({len(rows)})")
        view = new_table()
        view.add_column("Guard", no_wrap=True)
        view.add_column("Finding", overflow="fold", ratio=1)
        for name, sentence in zip(rows["guard"], rows["sentence"], strict=True):
            view.add_row(str(name), Text(str(sentence)))
        yield view


def guards_in_words(result: Result) -> Lines:
    """Say what the guards say of the fit behind a result: what stops it and what warns in full."""
    yield from findings_in_words(result.standing.findings if result.standing is not None else ())


def findings_in_words(said: tuple[Finding, ...]) -> Iterator[str]:
    """Say each finding that stops or warns, and how many notes there are besides."""
    if not said:
        return
    words = {"stops": "The guards stop this fit: ", "warns": "The guards warn: "}
    grave = [finding for finding in said if finding.severity in words]
    yield from (f"{words[finding.severity]}{finding.sentence}" for finding in grave)
    notes = len(said) - len(grave)
    head = "Guards: " if grave else "No guard stops or warns: "
    more = f"{notes} note{'' if notes == 1 else 's'} in `openness guard`."
    yield f"{head}{more}" if notes else head.replace(":", ".").strip()


def composition_view(result: Result, top: int, bottom: int) -> Lines:
    """Show what each measure has to do with the score."""
    table = result.table
    has_weights = table["weight"].notna().any()
    headings = ["Communality", "Coherence", "Information", "Correlation"]
    view = new_table()
    view.add_column("Measure", overflow="fold", ratio=1)
    view.add_column("Source", overflow="fold")
    add_columns(view, headings[:2] + (["Weight"] if has_weights else []) + headings[2:])
    for _, row in table.iterrows():
        weight = [_per_cent(row["weight"])] if has_weights else []
        figures = [f"{row['communality']:.2f}", f"{row['coherence']:.2f}", *weight]
        correlation = "-" if math.isnan(row["correlation"]) else f"{row['correlation']:.2f}"
        view.add_row(
            Text(str(row["label"])),
            Text(str(row["source"])),
            *figures,
            _per_cent(row["information"]),
            correlation,
        )
    yield bold(f"{result.league.title}: what the score is made of")
    yield view
    yield (
        "Communality: share of the measure that the level of its source is. Coherence: share of "
        "the source that the factor is. Information: share of what tells scores apart. "
        "Correlation: of the score with the measure, within types."
    )


def _per_cent(share: float) -> str:
    return "-" if math.isnan(share) else f"{round(100 * share)}%"
