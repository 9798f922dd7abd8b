"""The only doors out: `show` for a screen, `write` for files. Nothing here computes a statistic.

    result = openness.rank(openness.stand(fit))
    openness.publish.show(result)
    openness.publish.write(result, "run")

Both take any `openness.result.Result`. Verbs of a standing return one; `evidence`, `audit_report`
and `study_report` make one of what rests on no standing.
"""

from openness.publish.console import open_console
from openness.publish.csv import read_ranking
from openness.publish.doors import show, write
from openness.publish.evidence import audit_report, evidence
from openness.publish.study import study_report

__all__ = [
    "audit_report",
    "evidence",
    "open_console",
    "read_ranking",
    "show",
    "study_report",
    "write",
]
