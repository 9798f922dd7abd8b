"""What must be said of a fit before anybody publishes.

A guard is one function in one file, entered by `guards_against`. All of them look at one `Looked`,
which is made once for each fit.
"""

from __future__ import annotations

from importlib import import_module

from openness.guards.finding import Finding
from openness.guards.findings import findings, is_stopped, require_guards
from openness.guards.looked import Looked, look
from openness.guards.registry import GUARDS, forget, guards_against
from openness.guards.report import guard

for _name in (
    "takeover",
    "copies",
    "split_source",
    "nothing_in_it",
    "direction",
    "misfit",
    "outlying_cells",
    "types",
    "prior",
    "shares",
):  # in the order in which they are asked
    import_module(f"{__name__}.{_name}")

__all__ = [
    "GUARDS",
    "Finding",
    "Looked",
    "findings",
    "forget",
    "guard",
    "guards_against",
    "is_stopped",
    "look",
    "require_guards",
]
