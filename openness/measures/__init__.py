"""The evidence: two tables in, every cell of units by indicators out, each with its status."""

from openness.measures.audit import Audit, Section, audit, completeness
from openness.measures.evidence import STATUSES, Measures, Status
from openness.measures.nil import find_nil_returns
from openness.measures.read import read_measures
from openness.measures.status_table import missing_cells, status_table
from openness.measures.symbols import SYMBOLS, Symbol

__all__ = [
    "STATUSES",
    "SYMBOLS",
    "Audit",
    "Measures",
    "Section",
    "Status",
    "Symbol",
    "audit",
    "completeness",
    "find_nil_returns",
    "missing_cells",
    "read_measures",
    "status_table",
]
