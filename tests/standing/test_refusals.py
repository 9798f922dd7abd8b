"""A verdict where nobody can be ranked: no, and why."""

import openness
from openness.publish import open_console, show
from openness.standing import stand


def test_a_verdict_says_no_and_how_many_for_which_reason(make_fit, tmp_path):
    fit = make_fit(groups=("town",) * 5, unmeasured=3, eligibility={"minimum_reliability": 0.999})
    verdict = openness.verdict(stand(fit))
    row = verdict.table.loc["all"]
    assert row["sentence"] == (
        "No: none of the 5 schools can be ranked; for 3: no measure was observed; "
        "for 2: reliability is below 0.999."
    )
    assert row["units"] == 0
    assert not row["show_places"]
    console = open_console()
    with console.capture() as printed:
        console.print(show(verdict))
    assert "No: none of the 5 schools can be ranked" in " ".join(printed.get().split())
    assert "nan" not in printed.get()
    (path, *_) = openness.publish.write(verdict, tmp_path)
    assert "No: none of the 5 schools" in path.read_text(encoding="utf-8")


def test_one_unit_alone_is_a_reason_too(make_fit):
    fit = make_fit(groups=("town",) * 3, unmeasured=2)
    sentence = openness.verdict(fit).table.loc["all", "sentence"]
    assert "for 1: nobody else can be ranked" in sentence
