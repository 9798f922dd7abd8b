"""What commands say besides their results."""

from __future__ import annotations

import _thread
import inspect
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from openness.errors import FitFailed

_MOMENT = 0.1  # seconds


@contextmanager
def interrupts_in_words(lost: str = "no run was kept") -> Iterator[None]:
    """Turn an interrupt into words before the parser of the command line shortens them."""
    usual = sys.unraisablehook

    def repeat_if_lost(raised: sys.UnraisableHookArgs) -> None:
        # An interrupt that falls into a callback of the compiler would be printed and forgotten.
        if issubclass(raised.exc_type, KeyboardInterrupt):
            threading.Timer(_MOMENT, _thread.interrupt_main).start()
        else:
            usual(raised)

    sys.unraisablehook = repeat_if_lost
    try:
        yield
    except KeyboardInterrupt:
        raise FitFailed(f"Interrupted; {lost}.") from None
    finally:
        sys.unraisablehook = usual


def written_into(folder: Path, paths: Iterable[Path]) -> str:
    """Name the files that were written, each once."""
    names = dict.fromkeys(path.name for path in paths)
    return f"Wrote into {folder}: {', '.join(names)}."


def in_paragraphs(text: str | None) -> str:
    """Join the lines of each paragraph, which a terminal breaks where its own lines end."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
