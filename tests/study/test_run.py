"""Studies on Dask: real schedulers and workers, with naive methods in the place of fits."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from openness.errors import InvalidInput, InvalidRun, OpennessError, StudyUnfinished
from openness.study.cluster import interrupts_wait
from openness.study.replicate import Task, run_replicate
from openness.study.run import run_study

from .studies import GAPS, small_study

STUDY = small_study({}, GAPS, replicates=20)
PATIENCE = 60  # seconds for a process to start on a busy machine


@pytest.fixture(scope="module")
def undisturbed() -> pd.DataFrame:
    """The same study without Dask, one replicate after another."""
    tasks = [Task(c, r) for c in range(2) for r in range(STUDY.replicates)]
    return pd.concat([run_replicate(STUDY, task) for task in tasks], ignore_index=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dask(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"},
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def scheduler() -> Iterator[str]:
    port = free_port()
    arguments = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    with dask("scheduler", *arguments):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"tcp://127.0.0.1:{port}"


def worker(address: str) -> tuple[str, ...]:
    return ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")


def test_a_killed_worker_changes_nothing(scheduler, undisturbed, tmp_path):
    """One of two is killed when a quarter has ended; the other does its work, and the rest."""
    with dask(*worker(scheduler)) as first, dask(*worker(scheduler)):
        killed_at: list[int] = []

        def kill_one(ended: int, total: int) -> None:
            if ended >= total // 4 and not killed_at:
                first.send_signal(signal.SIGKILL)
                killed_at.append(ended)

        folder = run_study(STUDY, tmp_path / "out", scheduler=scheduler, progress=kill_one)
        assert first.wait(PATIENCE) == -signal.SIGKILL
    assert killed_at
    assert killed_at[0] < 2 * STUDY.replicates
    assert len(folder.ended()) == 2 * STUDY.replicates
    pd.testing.assert_frame_equal(folder.read(), undisturbed)


def test_a_second_call_goes_on_from_where_the_first_was_stopped(undisturbed, tmp_path):
    def interrupt(ended: int, total: int) -> None:
        if ended == 10:
            raise KeyboardInterrupt

    with pytest.raises(StudyUnfinished, match=r"Interrupted\. 10 of 40 replicates are in"):
        run_study(STUDY, tmp_path / "out", workers=1, progress=interrupt)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    assert len(kept) == 10
    seen: list[int] = []
    folder = run_study(
        STUDY, tmp_path / "out", workers=1, progress=lambda ended, total: seen.append(ended)
    )
    assert seen == list(range(10, 41))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    pd.testing.assert_frame_equal(folder.read(), undisturbed)
    # And a third has nothing to do, not even a cluster to start.
    threads = threading.active_count()
    run_study(STUDY, tmp_path / "out", progress=lambda ended, total: seen.append(ended))
    assert seen[-1] == 40
    assert threading.active_count() == threads


@pytest.mark.skipif(os.name == "nt", reason="needs signals of POSIX")
def test_an_interrupt_while_workers_start_waits_until_they_can_be_closed():
    steps = []

    def start() -> None:
        with interrupts_wait():
            signal.raise_signal(signal.SIGINT)
            steps.append("started")
        steps.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert steps == ["started"]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_a_folder_of_another_study_is_refused_before_anything_starts(tmp_path):
    (tmp_path / "else.txt").write_text("")
    with pytest.raises(InvalidRun, match="something else"):
        run_study(STUDY, tmp_path)


def test_workers_that_make_no_sense_are_refused(tmp_path):
    with pytest.raises(InvalidInput, match="workers: 0; a whole number from 1"):
        run_study(STUDY, tmp_path, workers=0)
    with pytest.raises(InvalidInput, match="a scheduler brings its own workers"):
        run_study(STUDY, tmp_path, workers=1, scheduler="tcp://127.0.0.1:1")
    assert list(Path(tmp_path).iterdir()) == []


@pytest.mark.parametrize("address", ["", "nonsense", "http://here:80", "tcp://here", "tcp://[a:1"])
def test_what_is_no_address_of_a_scheduler_is_refused_at_once(tmp_path, address):
    with pytest.raises(InvalidInput, match="the address that `dask scheduler` prints"):
        run_study(STUDY, tmp_path / "out", scheduler=address)
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr("openness.study.cluster._PATIENCE", 2)
    with pytest.raises(OpennessError, match="No Dask scheduler answers at"):
        run_study(STUDY, tmp_path, scheduler=f"tcp://127.0.0.1:{free_port()}")
