import io

from rich.console import Console

from openness.publish.progress import steps


def test_a_terminal_shows_the_step_and_a_pipe_nothing():
    screen, pipe = io.StringIO(), io.StringIO()
    for file, is_terminal in ((screen, True), (pipe, False)):
        with steps(Console(file=file, force_terminal=is_terminal)) as report:
            report("Grading [all] 230 trusts")
    assert "Grading [all] 230 trusts" in screen.getvalue()
    assert pipe.getvalue() == ""
