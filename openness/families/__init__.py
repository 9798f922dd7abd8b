"""A family is one file: how a measure is written, observed, matched, simulated and shown."""

from openness.families.family import COUNTED, Declared, Family, Sampling, Setting, ValueRule
from openness.families.registry import FAMILIES, family_of, register, those_with

__all__ = [
    "COUNTED",
    "FAMILIES",
    "Declared",
    "Family",
    "Sampling",
    "Setting",
    "ValueRule",
    "family_of",
    "register",
    "those_with",
]
