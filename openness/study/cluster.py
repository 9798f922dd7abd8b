"""Where the replicates of a study are run: on this machine, or by any Dask scheduler."""

from __future__ import annotations

import logging
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from types import ModuleType
from typing import Any

from openness.errors import InvalidInput, OpennessError, Problem

_PATIENCE = 30  # seconds for a scheduler, and for its first worker
_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://(\[[^\[\]]+\]|[^\[\]/:\s]+):[0-9]{1,5}")


def check_cluster(scheduler: str | None, workers: int | None) -> None:
    """Refuse arguments that do not go together.

    Raises
    ------
    InvalidInput
    """
    problems = []
    if workers is not None and workers < 1:
        problems.append(Problem("study", "workers", str(workers), "a whole number from 1"))
    if scheduler is not None and workers is not None:
        allowed = "a scheduler brings its own workers: leave one of the two out"
        problems.append(Problem("study", "workers", f"{workers} beside a scheduler", allowed))
    if scheduler is not None and not _ADDRESS.fullmatch(scheduler):
        allowed = "the address that `dask scheduler` prints, as in tcp://HOST:8786"
        problems.append(Problem("study", "scheduler", repr(scheduler), allowed))
    if problems:
        raise InvalidInput(problems)


def import_distributed() -> ModuleType:
    """Import Dask's scheduler, which only the running of a study needs.

    Raises
    ------
    OpennessError
        If it is not installed.
    """
    try:
        import distributed
    except ModuleNotFoundError as error:
        raise OpennessError(
            f"A study runs on Dask, and there is no module {error.name!r} here. Install it: "
            'pip install "openness[study]"'
        ) from error
    return distributed


@contextmanager
def connected(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """Give a Dask client: of a scheduler that is running, or of processes on this machine.

    Parameters
    ----------
    scheduler : str, optional
        Address of the scheduler.
    workers : int, optional
        How many processes; as many as there are cores if not given.

    Yields
    ------
    distributed.Client

    Raises
    ------
    OpennessError
        If no scheduler answers, or it has no worker.
    """
    dask = import_distributed()
    if scheduler is not None:
        with _client_of(scheduler) as client:
            yield client
        return
    with ExitStack() as opened:
        with interrupts_wait():
            cluster = dask.LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",  # of the server that Dask starts all the same
                scheduler_kwargs={"dashboard": False},
                silence_logs=logging.CRITICAL,
                preload="openness.study.worker",
            )
            client = opened.enter_context(dask.Client(opened.enter_context(cluster)))
        yield client


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Let an interrupt wait for the end of the block, and keep it from processes begun in it.

    Dask cannot close a cluster that is half started, and its workers would print where they were.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    resource_tracker.ensure_running()  # would let interrupts in again where it starts later
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _client_of(scheduler: str) -> Any:
    try:
        client = import_distributed().Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise OpennessError(
            f"No Dask scheduler answers at {scheduler!r}: {error}. Start one with "
            "`dask scheduler`, or leave --scheduler out to use this machine."
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close()
        raise OpennessError(
            f"The scheduler at {scheduler} has no worker. Start some with `dask worker {scheduler} "
            "--nthreads 1`."
        ) from None
    return client
