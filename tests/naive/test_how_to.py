"""The page on other methods runs from top to bottom, with a method of one's own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/how-to/other-methods.md"


def test_the_page_runs_and_its_own_method_is_compared(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    cells = re.findall(r"^```\{code-cell\} python\n(.*?)^```", text, flags=re.M | re.S)
    code = [re.sub(r"^:tags:.*\n", "", cell, flags=re.M) for cell in cells]
    assert len(code) == 10
    # What the page shows last, beside the table of all methods.
    code += [
        "assert 'median_rank' in result.table.index",
        "assert result.parts['comparison'].ranks['median_rank'].notna().all()",
        "assert composite.index.notna().all() and set(stars) == {1, 2, 3, 4, 5}",
    ]
    script = tmp_path / "page.py"
    script.write_text("\n".join(code), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
