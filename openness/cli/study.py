"""Commands on simulated leagues: the story of 2016, and studies whose truth is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from openness.cli.common import interrupts_in_words, written_into


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the sampler.")] = 2016,
) -> None:
    """Simulate the league of 2016, fit it, rank it, and tell what came out."""
    from openness.demo import run_demo
    from openness.publish import open_console

    with interrupts_in_words():
        run_demo(out, seed=seed, console=open_console(), progress=sys.stderr.isatty())


class _RunUnlessNamed(TyperGroup):
    """`openness study STUDY.toml` runs it; only `report` has to be named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


study_app = typer.Typer(
    cls=_RunUnlessNamed,
    no_args_is_help=True,
    help="Simulate leagues whose truth is known, and see which method finds it.",
)


@study_app.command("run")
def run_study(
    study: Annotated[Path, typer.Argument(help="Study definition, TOML.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a running Dask scheduler: tcp://HOST:PORT.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; one a core by default.")
    ] = None,
) -> None:
    """Run a study, or go on with one: `openness study STUDY.toml --out DIR`.

    Each replicate is kept as it ends, so that an interrupted study loses nothing.
    """
    from openness.publish import open_console
    from openness.publish.console import counting
    from openness.publish.study import gate_sentence
    from openness.study import load_study, summarise
    from openness.study.run import run_study as run

    definition = load_study(study)
    with counting(definition.title) as progress:
        folder = run(definition, out, scheduler=scheduler, workers=workers, progress=progress)
    console = open_console()
    if definition.model:
        console.print(gate_sentence(summarise(folder)), markup=False)
    ended = f"{len(folder.ended()):,} replicates are in {out}."
    console.print(f"{ended} For what they say: openness study report {out}", markup=False)


@study_app.command("report")
def report_study(
    folder: Annotated[Path, typer.Argument(help="Folder that `openness study` wrote.")],
) -> None:
    """Sum up a study, also one that has not ended: tables with Monte Carlo errors, and pictures."""
    from openness.publish import open_console, show, study_report, write
    from openness.study import load_folder, summarise

    result = study_report(summarise(load_folder(folder)))
    console = open_console()
    console.print(show(result))
    console.print(written_into(folder, write(result, folder)), markup=False)
