"""The folder of a study: what it is of, and one file for each replicate that has ended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from openness.errors import InvalidRun
from openness.study.definition import Study, study_hash
from openness.study.replicate import COLUMNS, Task, seed_code

_RECORD = "study.json"
_REPLICATES = "replicates"
_LISTED = 5  # damaged files that are named


@dataclass(frozen=True)
class StudyFolder:
    """Results of one study on disk.

    A replicate is a Parquet file that is written beside its place and then moved there, so that it
    is whole or absent. Its name says its condition, its number and its seed.

    Attributes
    ----------
    path : Path
    study : Study
    """

    path: Path
    study: Study

    def place_of(self, task: Task) -> Path:
        """Return where the results of a replicate stand, or will."""
        condition = self.study.conditions[task.condition].id
        name = f"{task.replicate:05d}-{seed_code(task.seed(self.study))}.parquet"
        return self.path / _REPLICATES / condition / name

    def tasks(self) -> Iterator[Task]:
        """Yield every replicate of every condition, all conditions in turn.

        A study that has not ended has then about as many replicates of each.
        """
        for replicate in range(self.study.replicates):
            for condition in range(len(self.study.conditions)):
                yield Task(condition, replicate)

    def ended(self) -> list[Task]:
        """Return the replicates that are there, in the order of conditions."""
        return sorted(task for task in self.tasks() if self.place_of(task).is_file())

    def write(self, task: Task, table: pd.DataFrame) -> None:
        """Write the results of a replicate."""
        place = self.place_of(task)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        table.to_parquet(draft, index=False)
        draft.replace(place)

    def read(self) -> pd.DataFrame:
        """Return the results of all replicates that have ended, in order.

        Raises
        ------
        InvalidRun
            If none has, or the file of one is damaged or holds something else.
        """
        ended = self.ended()
        if not ended:
            raise InvalidRun(f"{self.path}: no replicate of this study has ended yet.")
        places = [self.place_of(task) for task in ended]
        tables = [_read_replicate(place) for place in places]
        damaged = [place for place, table in zip(places, tables, strict=True) if table is None]
        if damaged:
            names = "\n".join(f"  {place}" for place in damaged[:_LISTED])
            more = len(damaged) - _LISTED
            raise InvalidRun(
                f"{len(damaged)} of {len(ended)} replicates in {self.path} cannot be read: they "
                f"were damaged, or are something else:\n{names}\n"
                + (f"  ... {more} more\n" if more > 0 else "")
                + "Remove these files; `openness study` with the same definition computes them "
                "again."
            )
        return pd.concat([table for table in tables if table is not None], ignore_index=True)


def open_folder(path: Path, study: Study) -> StudyFolder:
    """Return the folder of a study, made if it is not there.

    Raises
    ------
    InvalidRun
        If it is a file, or holds something else or results of another study.
    """
    record = path / _RECORD
    if path.exists() and not path.is_dir():
        raise InvalidRun(f"{path} is a file; the results of a study need a folder.")
    if record.is_file():
        if _read_record(record)["sha256"] != study_hash(study):
            raise InvalidRun(
                f"{path} holds results of another study, or of this one before it was changed: "
                "only the title, the labels of the conditions and the number of replicates may "
                "change. Name another folder, or remove this one."
            )
    elif path.is_dir() and any(path.iterdir()):
        raise InvalidRun(
            f"{path} holds something else than a study: it has no {_RECORD}. Name another folder."
        )
    path.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {"sha256": study_hash(study), "study": study.model_dump(mode="json")}, indent=1
    )
    draft = record.with_name(f".{_RECORD}.{os.getpid()}")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(record)
    return StudyFolder(path, study)


def load_folder(path: Path) -> StudyFolder:
    """Return the folder of a study that has been run, or begun.

    Raises
    ------
    InvalidRun
        If it is not one.
    """
    record = path / _RECORD
    if not record.is_file():
        raise InvalidRun(f"{path} is not the folder of a study: it has no {_RECORD}.")
    try:
        return StudyFolder(path, Study.model_validate(_read_record(record)["study"]))
    except ValidationError as error:
        raise InvalidRun(
            f"{record} is of another version of openness, or was changed by hand: "
            f"{error.errors()[0]['msg']}."
        ) from None


def _read_replicate(place: Path) -> pd.DataFrame | None:
    """Return the results of a replicate, or None if they are not whole."""
    try:
        table = pd.read_parquet(place)
    except (ValueError, OSError):  # those of Arrow are kinds of these
        return None
    return table if tuple(table.columns) == COLUMNS and len(table) else None


def _read_record(record: Path) -> dict[str, object]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict) or not {"sha256", "study"} <= set(found):
        raise InvalidRun(f"{record} cannot be read: it was damaged or changed by hand.")
    return found
