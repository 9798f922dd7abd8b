import pytest

from openness.fitting import save_fit

from .command import arguments, run


@pytest.mark.sampling
def test_compare_takes_a_run_or_a_table(small_fit, tables, tmp_path):
    folder = save_fit(small_fit, tmp_path / "run")
    judged = run("compare", folder, "--no-drop", "--other", folder)
    assert judged.returncode == 0, judged.stderr
    assert "If the model is right" in judged.stdout
    written = {path.name for path in (folder / "compare").iterdir()}
    assert {"methods.csv", "methods.png", "methods.svg", "other_evidence.csv"} <= written

    alone = run("compare", *arguments(tables), "--out", tmp_path / "alone")
    assert alone.returncode == 0, alone.stderr
    assert "other methods compared with mean available z" in alone.stdout
    assert (tmp_path / "alone" / "dropped_measures.csv").is_file()

    bare = run("compare", tables / "measures.csv")
    assert bare.returncode == 1
    assert "a table of measures needs both" in bare.stderr
    assert "Traceback" not in bare.stderr

    idle = run("compare", folder, "--units", "u.csv", "--period", "2016", "--refit", "--no-drop")
    assert idle.returncode == 1
    for words in (
        "--units: u.csv with a run",
        "--period: 2016 with a run",
        "--refit: given with --no",
    ):
        assert words in idle.stderr


def test_compare_refuses_what_it_would_read_past(tables, tmp_path):
    table = arguments(tables)
    file = tmp_path / "mine"
    file.write_text("mine")
    for words, said in (
        (("--refit",), "--refit: given with a table of measures; it fits the model of a run again"),
        (("--other-period", "1"), "--other-period: 1 without another table"),
        (("--scope", "all"), "--scope: all with a table"),
        (("--draft",), "--draft: given with a table"),
        (("--representative", "rare,x"), "representative: 'rare': no such scored indicator"),
        (("--out", file), "a file; the files need a folder"),
    ):
        refused = run("compare", *table, *words)
        assert refused.returncode == 1
        assert said in refused.stderr
    assert file.read_text() == "mine"
    absent = run("compare", tmp_path / "none", *table[1:])
    assert absent.returncode == 1
    assert "none: it is not there" in absent.stderr
