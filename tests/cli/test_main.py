"""What all commands have in common: help, refusals in words."""

from importlib.metadata import version
from itertools import pairwise

import pytest

from .command import run

COMMANDS = (
    *("check", "fit", "rank", "bands", "grades", "verdict", "explain", "worth", "stress"),
    *("compare", "demo"),
)


def test_help_names_the_verbs():
    result = run("--help")
    assert result.returncode == 0
    assert all(verb in result.stdout for verb in COMMANDS)


def test_the_version_is_that_of_the_package():
    result = run("--version")
    assert result.returncode == 0
    assert result.stdout == f"openness {version('openness')}\n"


@pytest.mark.parametrize("width", [80, 100])
def test_help_breaks_no_sentence_but_at_the_end_of_a_line(width):
    """A short line is the last of its paragraph: it ends a sentence."""
    for command in COMMANDS:
        text = run(command, "--help", COLUMNS=str(width)).stdout
        lines = text[: text.index("╭")].splitlines()
        for line, after in pairwise(lines):
            if line.strip() and after.strip():
                room = width - 1 - len(line.rstrip())
                assert room <= len(after.split()[0]) + 1, (command, line)


def test_draft_and_scope_are_options_of_every_command_that_reads_a_run():
    for command in ("rank", "bands", "grades", "verdict", "explain", "worth", "stress", "compare"):
        text = run(command, "--help").stdout
        assert "--draft" in text, command
        assert "--scope" in text, command


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
