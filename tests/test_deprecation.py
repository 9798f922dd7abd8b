"""A name that goes warns its caller, with the way out; the command line says nothing of it."""

import inspect
import subprocess
import sys

import pytest

from openness.deprecation import deprecated, renamed_argument


@deprecated(since="0.2.0", removed_in="0.4.0", instead="`openness.rank`")
def order(units: list[str]) -> list[str]:
    """Order units.

    Parameters
    ----------
    units : list of str
    """
    return sorted(units)


@renamed_argument("probability", "prob", since="0.2.0", removed_in="0.4.0")
def width(scale: float, *, prob: float = 0.5) -> float:
    """Return a width."""
    return scale * prob


def test_a_deprecated_function_works_and_says_what_to_use() -> None:
    with pytest.warns(DeprecationWarning, match="order") as caught:
        assert order(["b", "a"]) == ["a", "b"]
    (warning,) = caught
    assert str(warning.message) == (
        "order() is deprecated since 0.2.0 and goes in 0.4.0: use `openness.rank`"
    )
    assert warning.filename == __file__, "it must point to who calls"


def test_the_reference_says_so_below_the_first_line() -> None:
    lines = (inspect.getdoc(order) or "").splitlines()
    assert lines[:4] == [
        "Order units.",
        "",
        ".. deprecated:: 0.2.0",
        "   Use `openness.rank`; it goes in 0.4.0.",
    ]
    assert "Parameters" in lines


def test_an_old_name_of_an_argument_still_works() -> None:
    with pytest.warns(DeprecationWarning, match="`probability` of width") as caught:
        assert width(2.0, probability=0.25) == 0.5  # type: ignore[call-arg]
    assert caught[0].filename == __file__
    assert str(caught[0].message).endswith("goes in 0.4.0: it is called `prob` now")


def test_the_new_name_does_not_warn() -> None:
    assert width(2.0, prob=0.25) == 0.5  # warnings are errors here
    assert width(2.0) == 1.0


def test_both_names_are_refused() -> None:
    with pytest.warns(DeprecationWarning, match="width"), pytest.raises(TypeError, match="one"):
        width(2.0, probability=0.25, prob=0.5)  # type: ignore[call-arg]


def test_an_argument_that_is_not_there_is_noticed_when_it_is_declared() -> None:
    with pytest.raises(ValueError, match="no argument 'share'"):
        renamed_argument("part", "share", since="0.2.0", removed_in="0.4.0")(width)


CALL = """
import openness.cli
from openness.deprecation import deprecated

@deprecated(since="0.2.0", removed_in="0.4.0", instead="nothing")
def gone(): pass

place = {"__name__": "%s", "gone": gone}
exec("gone()", place)
"""


@pytest.mark.parametrize(("caller", "shown"), [("openness.cli.standing", 0), ("__main__", 1)])
def test_only_who_writes_python_is_warned(caller: str, shown: int) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CALL % caller], capture_output=True, text=True, check=True
    )
    assert run.stderr.count("DeprecationWarning") == shown
