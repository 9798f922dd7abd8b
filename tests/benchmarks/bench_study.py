"""How many fits a study makes in a minute, and what a second worker adds. Asserts nothing.

A league of 230 units and 9 measures of three sources, one cell in five missing anew each time, is
simulated, fitted (2 chains of 500 draws) and ranked again and again: by one worker, then by two.
Shown are the time to the first fit of every worker, which is starting and compiling, the pace after
that, and what 1,000 fits would take at it. Processor seconds a fit are those of one process that
does the same alone: on a machine that is busy with other things they say what the pace would be.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from openness.study import Study, load_study
from openness.study.replicate import Task, run_replicate
from openness.study.run import run_study
from openness.study.summary import missed_gate

SHIPPED = Path(__file__).parents[2] / "examples" / "study" / "wrong-bands.toml"
TARGET = 1000


def study_of(fits: int) -> Study:
    shipped = load_study(SHIPPED)
    chosen = [condition for condition in shipped.conditions if condition.id == "at_random"]
    return shipped.model_copy(
        update={"conditions": tuple(chosen), "replicates": fits, "methods": ("mean_fill",)}
    )


def pace(study: Study, workers: int) -> float:
    """Fits a second once every worker has made its first."""
    ends: list[float] = []
    start = time.perf_counter()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as scratch:
        folder = run_study(
            study,
            Path(scratch) / "study",
            workers=workers,
            progress=lambda ended, total: ends.append(time.perf_counter() - start),
        )
        results = folder.read()
    fits = results[(results["method"] == "model") & (results["among"] == "all")]
    first, last = ends[workers], ends[-1]
    per_second = (len(ends) - 1 - workers) / (last - first)
    print(
        f"{workers} worker(s): first fits after {first:.0f} s, then {len(ends) - 1 - workers} in "
        f"{last - first:.0f} s: {60 * per_second:.1f} a minute, {TARGET:,} in "
        f"{TARGET / per_second / 60:.1f} min; {int((fits['failure'] != '').sum())} failed, "
        f"{int(missed_gate(fits, study).sum())} of {len(fits)} missed the gate of the study "
        f"(load of the machine {load:.1f} before, {os.getloadavg()[0]:.1f} after)",
        flush=True,
    )
    return per_second


def processor_seconds(study: Study, fits: int) -> None:
    start = time.process_time()
    run_replicate(study, Task(0, 0))
    compiled = time.process_time()
    for replicate in range(1, fits + 1):
        run_replicate(study, Task(0, replicate))
    each = (time.process_time() - compiled) / fits
    print(
        f"One process alone: {compiled - start:.0f} processor seconds with compiling, then "
        f"{each:.2f} a fit: {TARGET:,} on two idle cores in {TARGET * each / 2 / 60:.1f} min",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fits", type=int, default=TARGET, help="by two workers")
    parser.add_argument("--alone", type=int, default=100, help="by one worker")
    arguments = parser.parse_args()
    processor_seconds(study_of(11), 10)
    one = pace(study_of(arguments.alone), 1)
    two = pace(study_of(arguments.fits), 2)
    print(f"Two workers do {two / one:.2f} times the work of one ({os.cpu_count()} cores).")


if __name__ == "__main__":
    main()
