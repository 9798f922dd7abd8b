"""What all commands have in common: help, refusals in words."""

import pytest

from .command import run


def test_help_names_the_verbs():
    result = run("--help")
    assert result.returncode == 0
    assert all(
        verb in result.stdout
        for verb in (
            "check",
            "fit",
            "rank",
            "bands",
            "grades",
            "verdict",
            "explain",
            "worth",
            "demo",
        )
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("rank", "no-such-run"), "not a folder"),
        (("check", "m.csv", "--units", "u.csv", "--league", "no-such-league"), "openness-2024"),
    ],
)
def test_what_is_not_there_is_named(command, words, tmp_path):
    result = run(*command)
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--lambda", "0.2", "--grades", "3"), "--lambda and --grades were given"),
        (("--lambda", "1.5"), "--lambda"),
        (("--certify", "gurobi"), "'auto', 'lp', 'none'"),
        (("--scope", "region"), "'within_group', 'both'"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_the_run_is_read(options, words):
    result = run("grades", "no-such-run", *options, COLUMNS="200")
    assert result.returncode == 2
    assert words in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.stderr
