"""What a worker on this machine does when it starts; Dask loads it by name."""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Leave interrupts to the process that asked for the study, which closes its workers.

    A terminal sends them to all of its processes, and each worker would print where it was.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
