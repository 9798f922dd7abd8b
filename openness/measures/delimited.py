"""Bytes of a delimited text file to rows of text, each with its line number."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Collection
from dataclasses import dataclass

from openness.errors import InvalidMeasures, Problem
from openness.measures.places import place

DELIMITERS = (",", ";", "\t", "|")
TOP = 20
"""Lines among which a header is looked for."""

TEXT_FILE = "it must be a CSV file (plain text with a header line) or a Parquet file"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PK\x03\x04", "an Excel workbook or zip archive", "Save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "a compressed file", "Unpack it first"),
    (b"%PDF", "a PDF", "Ask the publisher for the table itself"),
)


@dataclass(frozen=True)
class Rows:
    """The rows of one text file.

    Attributes
    ----------
    header : list of str
        Column names, stripped.
    rows : list of list of str
        Stripped cells, as many as the header has. Wholly empty rows are left out.
    lines : list of int
        Line of the file on which each row begins; the first line is 1.
    problems, warnings : tuple of Problem
        Rows that do not fit the header (left out of `rows`), and guesses that need a look.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_rows(data: bytes, source: str, known: Collection[str]) -> Rows:
    """Read delimited text in any of the usual encodings and separators, or raise `InvalidMeasures`.

    The file is UTF-8 or UTF-16 with a byte-order mark, UTF-8 without, or Windows-1252. The
    separator is the one that shows most of the `known` columns in the header.
    """
    text, guess = _decode(data, source)
    if not text.strip():
        raise _refusal(source, "it is empty")
    records, lines, problems = _split(text, _delimiter(text, known), source)
    if not records:
        raise InvalidMeasures(problems) if problems else _refusal(source, "it has no header")
    header, width = records[0], len(records[0])
    if lower := _lower_header(records, lines, known):
        found = f"it begins with something else; the header stands on line {lower}"
        raise _refusal(source, found, "Remove the lines above the header")
    rows, kept = [], []
    ragged: dict[int, list[int]] = {}
    for record, line in zip(records[1:], lines[1:], strict=True):
        cells = record[:width] if not any(record[width:]) else record
        if len(cells) == width:
            rows.append(cells)
            kept.append(line)
        else:
            ragged.setdefault(len(cells), []).append(line)
    problems += [_ragged(source, at, came, width) for came, at in ragged.items()]
    warnings = (_guessed(text, guess, source),) if guess else ()
    return Rows(header, rows, kept, tuple(problems), warnings)


def _decode(data: bytes, source: str) -> tuple[str, str]:
    """Text, and the encoding if it had to be guessed."""
    for signature, kind, remedy in _FOREIGN:
        if data.startswith(signature):
            raise _refusal(source, f"it is {kind}", remedy)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    if encoding.startswith("utf-8") and b"\x00" in data:
        found = "it holds zero bytes, so it is not text (or UTF-16 without a byte-order mark)"
        raise _refusal(source, found, "Save it again as CSV UTF-8")
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return _decode_western(data)
        found = f"it begins as {encoding.upper().removesuffix('-SIG')} and breaks off from it"
        raise _refusal(source, found, "Save it again as CSV UTF-8") from error


def _decode_western(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def _guessed(text: str, encoding: str, source: str) -> Problem:
    lines = io.StringIO(text, newline=None)
    number, line = next((n, s) for n, s in enumerate(lines, start=1) if not s.isascii())
    return Problem(
        source,
        f"line {number}",
        f"the file is not UTF-8 and was read as {encoding}: {line.strip()[:80]!r}",
        "UTF-8 needs no guess",
        "Check the accented letters, or save the file as CSV UTF-8",
    )


def _refusal(source: str, found: str, remedy: str = "") -> InvalidMeasures:
    return InvalidMeasures([Problem(source, "file", found, TEXT_FILE, remedy)])


def _delimiter(text: str, known: Collection[str]) -> str:
    first = list(itertools.islice(io.StringIO(text, newline=None), TOP))

    def expected_columns(delimiter: str) -> int:
        return max(
            len({cell.strip().strip('"').strip() for cell in line.split(delimiter)} & set(known))
            for line in first
        )

    return max(DELIMITERS, key=expected_columns)


def _lower_header(records: list[list[str]], lines: list[int], known: Collection[str]) -> int | None:
    """Line of a header below a title or the like; None if the first row may be the header."""
    if set(records[0]) & set(known):
        return None
    top = zip(records[1:TOP], lines[1:TOP], strict=True)
    return next((line for record, line in top if len(set(record) & set(known)) > 1), None)


def _split(
    text: str, delimiter: str, source: str
) -> tuple[list[list[str]], list[int], list[Problem]]:
    records: list[list[str]] = []
    lines: list[int] = []
    problems = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if any(cells):
                records.append(cells)
                lines.append(begins)
            begins = reader.line_num + 1
    except csv.Error:
        problems.append(
            Problem(
                source,
                f"line {begins}",
                "a quotation mark opens here that is not closed where the cell ends",
                'quotes come in pairs around a whole cell, and a quote inside one is doubled ("")',
                "Nothing from this line on was read",
            )
        )
    return records, lines, problems


def _ragged(source: str, lines: list[int], came: int, width: int) -> Problem:
    plural = "s" if came != 1 else ""
    return Problem(
        source,
        place("line", lines),
        f"{came} cell{plural} where the header has {width}",
        f"every row has {width} cells",
        'Put quotes around a cell that holds the separator, as in "Leeds, York"'
        if came > width
        else "Add the separators that are missing",
    )
