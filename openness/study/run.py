"""Run a study on Dask distributed: on this machine, or on any scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from openness.errors import StudyUnfinished
from openness.study.cluster import check_cluster, connected, import_distributed
from openness.study.definition import Study, study_hash
from openness.study.folder import StudyFolder, open_folder
from openness.study.replicate import Task, run_replicate

_AHEAD = 2000  # replicates known to the scheduler at once


def run_study(
    study: Study,
    out: Path,
    *,
    scheduler: str | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda ended, total: None,
) -> StudyFolder:
    """Run the replicates of a study that have not ended yet.

    Parameters
    ----------
    study : Study
    out : Path
        Folder for the results. Each is written here, by this process, as it arrives, so that the
        workers need not share a disk with it.
    scheduler : str, optional
        Address of a Dask scheduler that is running, as in `tcp://host:8786`. Its workers need the
        same version of openness. If not given, processes on this machine, one thread each.
    workers : int, optional
        How many processes; as many as there are cores if not given. Not with a scheduler.
    progress : callable
        Is told how many replicates have ended, and of how many.

    Returns
    -------
    StudyFolder

    Raises
    ------
    InvalidInput
        If the arguments do not go together.
    InvalidRun
        If the folder holds results of another study.
    OpennessError
        If Dask is not installed.
    StudyUnfinished
        If it was interrupted, or some replicates broke off. A second call goes on from there.
    """
    check_cluster(scheduler, workers)
    import_distributed()  # before a folder is made
    folder = open_folder(out, study)
    ended = set(folder.ended())
    left = [task for task in folder.tasks() if task not in ended]
    total = len(ended) + len(left)
    progress(len(ended), total)
    if not left:
        return folder
    broken: list[str] = []
    number = len(ended)
    try:
        with connected(scheduler, workers) as client:
            for task, outcome in _results(client, study, left):
                if isinstance(outcome, BaseException):
                    broken.append(_in_words(study, task, outcome))
                    continue
                folder.write(task, outcome)
                number += 1
                progress(number, total)
    except KeyboardInterrupt:
        raise StudyUnfinished(
            f"Interrupted. {len(folder.ended())} of {total} replicates are in {out}; the same "
            "command goes on from there."
        ) from None
    if broken:
        listed = "\n".join(f"  {words}" for words in broken[:5])
        raise StudyUnfinished(
            f"{len(broken)} of {total} replicates broke off and are not in the results:\n{listed}\n"
            "The same command tries them again."
        )
    return folder


def _results(client: Any, study: Study, tasks: list[Task]) -> Iterator[tuple[Task, Any]]:
    """Yield each task with its table, or with what broke it off, as they end."""
    remaining = iter(tasks)
    name = f"{study.id}-{study_hash(study)[:12]}"
    of_future: dict[Any, Task] = {}

    def submit(number: int) -> list[Any]:
        futures = []
        for task in islice(remaining, number):
            key = f"{name}-{task.condition}-{task.replicate}"
            future = client.submit(run_replicate, study, task, key=key, pure=False)
            of_future[future.key] = task
            futures.append(future)
        return futures

    waiting = import_distributed().as_completed(
        submit(_AHEAD), loop=client.loop, with_results=True, raise_errors=False
    )
    for future, outcome in waiting:
        yield of_future.pop(future.key), _outcome(outcome)
        future.release()
        for following in submit(1):
            waiting.add(following)


def _outcome(result: Any) -> Any:
    """Return a table, or the exception in the place of the triple that Dask makes of it."""
    return result[1] if isinstance(result, tuple) else result


def _in_words(study: Study, task: Task, error: BaseException) -> str:
    return (
        f"replicate {task.replicate} of {study.conditions[task.condition].id}: "
        f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    )
