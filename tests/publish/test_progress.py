import io

from rich.console import Console
from rich.text import Text

from openness.publish import console as progress
from openness.publish.console import counting, steps


def test_a_terminal_shows_the_step_and_a_pipe_nothing():
    screen, pipe = io.StringIO(), io.StringIO()
    for file, is_terminal in ((screen, True), (pipe, False)):
        with steps(Console(file=file, force_terminal=is_terminal)) as report:
            report("Grading [all] 230 trusts")
    assert "Grading [all] 230 trusts" in screen.getvalue()
    assert pipe.getvalue() == ""


def test_a_pipe_gets_a_line_for_every_tenth_and_the_time_left(monkeypatch):
    """A minute to start up, then one replicate in two minutes; a title is no markup."""
    clock = iter([0.0, *(60.0 + 120 * n for n in range(20))])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    pipe = io.StringIO()
    with counting("[A] {study}", Console(file=pipe, width=100)) as report:
        for done in range(21):
            report(done, 20)
    lines = pipe.getvalue().splitlines()
    assert lines[0] == "[A] {study}: 0 of 20, beginning"
    assert lines[1] == "[A] {study}: 2 of 20, about 36 min left"
    assert lines[-2] == "[A] {study}: 18 of 20, about 4 min left"
    assert lines[-1] == "[A] {study}: 20 of 20, done"
    assert len(lines) == 11


def test_a_terminal_gets_a_bar():
    screen = io.StringIO()
    with counting("[A] {study}", Console(file=screen, force_terminal=True, width=100)) as report:
        report(0, 3)
        report(3, 3)
    last = Text.from_ansi(screen.getvalue()).plain.splitlines()[-1]
    assert last.startswith("[A] {study} ")
    assert last.endswith(" 3/3 done")
