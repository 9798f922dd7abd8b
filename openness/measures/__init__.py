"""The evidence: two tables in, every cell of units by indicators out, each with its status."""

from openness.measures.audit import Audit, Section, audit, completeness
from openness.measures.evidence import STATUSES, Measures, Status
from openness.measures.nil import find_nil_returns
from openness.measures.read import read_measures

__all__ = [
    "STATUSES",
    "Audit",
    "Measures",
    "Section",
    "Status",
    "audit",
    "completeness",
    "find_nil_returns",
    "read_measures",
]
