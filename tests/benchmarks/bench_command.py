"""How long the whole fit command takes, with cold and with warm compile caches. Asserts nothing.

Also after five values have been withdrawn from the table: what a correction costs. The real table
of 2024 where it is present, else the simulated league of 2016.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from openness.study import league_of_2016

ROOT = Path(__file__).parents[2]


def evidence(folder: Path) -> tuple[Path, Path, str]:
    real = Path(os.environ.get("OPENNESS_DATA", ROOT.parent / "shared" / "data"), "openness-2024")
    if real.is_dir():
        return real / "measures.csv", real / "units.csv", "openness-2024"
    simulated = league_of_2016(7)
    simulated.measures.to_csv(folder / "measures.csv", index=False)
    simulated.units.to_csv(folder / "units.csv", index=False)
    return folder / "measures.csv", folder / "units.csv", "learning-from-mistakes-2016"


def withdraw(measures: Path, to: Path, cells: int = 5) -> Path:
    """Take the values of a few observed cells away, one of every fiftieth row."""
    table = pd.read_csv(measures, dtype=str, keep_default_na=False)
    chosen = table.index[table["value"] != ""][::50][:cells]
    table.loc[chosen, "value"] = ""
    table.loc[chosen, "status"] = "withdrawn"
    table.to_csv(to, index=False)
    return to


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        measures, units, league = evidence(folder)
        environment = {
            **os.environ,
            "PYTENSOR_FLAGS": f"numba__fastmath=False,base_compiledir={folder / 'pytensor'}",
            "NUMBA_CACHE_DIR": str(folder / "numba"),
        }
        corrected = withdraw(measures, folder / "corrected.csv")
        for caches, table in (("cold", measures), ("warm", measures), ("corrected", corrected)):
            words = ["fit", table, "--units", units, "--league", league, "--seed", 2016]
            start = time.perf_counter()
            finished = subprocess.run(
                [sys.executable, "-c", "from openness.cli import main; main()"]
                + [str(word) for word in [*words, "--out", folder / caches]],
                env=environment,
                capture_output=True,
                text=True,
            )
            seconds = time.perf_counter() - start
            what = "warm caches, corrected table" if table is corrected else f"{caches} caches"
            print(f"{league}, {what}: {seconds:.0f} s, exit code {finished.returncode}")
            print(finished.stdout + finished.stderr)
        different = [
            path.name
            for path in sorted((folder / "cold").iterdir())
            if path.read_bytes() != (folder / "warm" / path.name).read_bytes()
        ]
        print(f"Files of the two runs that differ: {', '.join(different) or 'none'}.")
        if "draws.nc" in different:
            report_differences(folder / "cold" / "draws.nc", folder / "warm" / "draws.nc")


def report_differences(first: Path, second: Path) -> None:
    with xr.open_datatree(first) as cold, xr.open_datatree(second) as warm:
        for group in cold.children:
            for name, values in cold[group].data_vars.items():
                other = warm[group][name]
                if not values.equals(other):
                    apart = np.abs(values.astype(float) - other.astype(float))
                    share = float((apart > 0).mean())
                    print(
                        f"  {group}/{name}: {share:.1%} differ, by {float(apart.max()):.1e} at most"
                    )


if __name__ == "__main__":
    main()
