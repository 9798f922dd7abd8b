"""Any table, in a file or in Python, to one form: stripped text with row numbers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from openness.errors import InvalidMeasures, Problem
from openness.measures.delimited import TEXT_FILE, read_rows

PARQUET_MARK = b"PAR1"


@dataclass(frozen=True)
class Table:
    """One input as text, before any rule has been applied.

    Attributes
    ----------
    source : str
        Name of the input in messages.
    text : pandas.DataFrame
        Stripped text in every cell; an empty or null cell is "". Indexed 0, 1, ...
    rows : numpy.ndarray of int, shape (len(text),)
        Where a person finds each row: the line of a text file (the header is line 1), or the
        position from 0 in a Parquet file or data frame.
    row_word : {"line", "row"}
        What `rows` counts.
    digest : str
        SHA-256 of the file's bytes; for a data frame, of `text` as CSV.
    problems, warnings : tuple of Problem
        What was wrong with the layout, and what was guessed.
    """

    source: str
    text: pd.DataFrame
    rows: npt.NDArray[np.int64]
    row_word: str
    digest: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_table(table: object, source: str, known: Collection[str]) -> Table:
    """Read a CSV file, a Parquet file or a data frame as text, or raise `InvalidMeasures`.

    A file is taken by its content, not by its name. `source` names the input in messages. The
    separator of a text file is recognised by the columns that are `known`.
    """
    if isinstance(table, pd.DataFrame):
        text = as_text(table)
        digest = hashlib.sha256(text.to_csv(index=False, lineterminator="\n").encode()).hexdigest()
        return _checked(Table(source, text, np.arange(len(text)), "row", digest))
    if not isinstance(table, str | Path):  # a caller without a type checker
        found = f"a {type(table).__name__} came"
        remedy = "Call its to_pandas() first" if hasattr(table, "to_pandas") else ""
        raise InvalidMeasures(
            [Problem(source, "argument", found, "it must be a path or a pandas data frame", remedy)]
        )
    data = _bytes(Path(table), source)
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(PARQUET_MARK):
        text = as_text(_parquet(data, source))
        return _checked(Table(source, text, np.arange(len(text)), "row", digest))
    if Path(table).suffix.lower() in (".parquet", ".pq"):
        found = "it is called Parquet but is not" if data else "it is empty"
        raise InvalidMeasures([Problem(source, "file", found, TEXT_FILE)])
    read = read_rows(data, source, known)
    text = pd.DataFrame(read.rows, columns=range(len(read.header)), dtype="str")
    text.columns = pd.Index(read.header, dtype="str")
    rows = np.array(read.lines, dtype=np.int64)
    return _checked(Table(source, text, rows, "line", digest, read.problems, read.warnings))


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Write every cell of a data frame as a CSV file would hold it.

    Nulls become "", whole floats lose their point (so a column of integers with gaps reads as it
    would from a file), booleans become 0 and 1. An index called `unit` becomes a column.
    """
    if "unit" not in frame.columns and "unit" in frame.index.names:
        named = [name for name in frame.index.names if name and name not in frame.columns]
        frame = frame.reset_index(level=named)
    columns = {
        position: _column_text(frame.iloc[:, position]) for position in range(frame.shape[1])
    }
    text = pd.DataFrame(columns, index=range(len(frame)), dtype="str")
    text.columns = pd.Index([str(name).strip() for name in frame.columns], dtype="str")
    return text


def _column_text(column: pd.Series[Any]) -> list[str]:
    null = column.isna().to_numpy()
    return [
        "" if empty else _cell_text(cell)
        for cell, empty in zip(column.astype(object).tolist(), null, strict=True)
    ]


def _cell_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool | np.bool_):
        return str(int(cell))
    if isinstance(cell, float) and abs(cell) < 1e15 and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _bytes(path: Path, source: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        found, remedy = f"there is no file {str(path)!r}", f"Looked in {path.absolute().parent}"
    except IsADirectoryError:
        found, remedy = f"{str(path)!r} is a folder", "Name the file itself"
    except (OSError, ValueError) as error:
        found, remedy = f"{str(path)!r} cannot be read ({error})", ""
    raise InvalidMeasures([Problem(source, "file", found, TEXT_FILE, remedy)])


def _parquet(data: bytes, source: str) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        # What pandas notes about itself in the file is left aside: any program may have written it.
        frame = parquet.read_table(io.BytesIO(data)).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        found = f"the Parquet file is damaged ({str(error).splitlines()[0]})"
        remedy = "Write or download it again"
        raise InvalidMeasures([Problem(source, "file", found, TEXT_FILE, remedy)]) from error
    unnamed = [column for column in frame.columns if str(column).startswith("__index_level_")]
    return frame.drop(columns=unnamed)


def _checked(table: Table) -> Table:
    """Refuse doubled and nameless columns; drop nameless columns that are empty."""
    names = list(table.text.columns)
    where = "line 1" if table.row_word == "line" else "columns"
    problems = list(table.problems)
    keep = []
    for position, name in enumerate(names):
        if name in names[:position] and name:
            found = f"the column {name!r} comes twice"
            problems.append(
                Problem(table.source, where, found, "each column once", "Rename or remove one")
            )
        elif not name and (table.text.iloc[:, position] != "").any():
            found = f"column {position + 1} holds text but has no name"
            problems.append(
                Problem(table.source, where, found, "every column has a name", "Name or empty it")
            )
        elif name:
            keep.append(position)
    text = table.text.iloc[:, keep]
    return Table(
        table.source,
        text,
        table.rows,
        table.row_word,
        table.digest,
        tuple(problems),
        table.warnings,
    )
