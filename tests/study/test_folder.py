import json

import pandas as pd
import pytest

from openness.errors import InvalidRun
from openness.study.folder import load_folder, open_folder
from openness.study.replicate import Task, run_replicate

from .studies import GAPS, small_study


def test_a_replicate_comes_back_as_it_was(tmp_path):
    study = small_study(GAPS)
    folder = open_folder(tmp_path / "out", study)
    table = run_replicate(study, Task(0, 1))
    assert folder.ended() == []
    folder.write(Task(0, 1), table)
    assert folder.ended() == [Task(0, 1)]
    pd.testing.assert_frame_equal(folder.read(), table)
    assert load_folder(tmp_path / "out") == folder


def test_a_file_says_condition_number_and_seed(tmp_path):
    study = small_study(GAPS)
    place = open_folder(tmp_path / "out", study).place_of(Task(0, 2))
    seed = Task(0, 2).seed(study).generate_state(1)[0]
    assert place.relative_to(tmp_path).parts[2:] == ("gaps", f"00002-{seed:08x}.parquet")


def test_a_half_written_file_is_not_a_result(tmp_path):
    folder = open_folder(tmp_path / "out", small_study(GAPS))
    place = folder.place_of(Task(0, 0))
    place.parent.mkdir(parents=True)
    place.with_name(f".{place.name}.123").write_bytes(b"PAR1")
    assert folder.ended() == []
    with pytest.raises(InvalidRun, match="no replicate of this study has ended"):
        folder.read()


@pytest.mark.parametrize("damage", ["cut short", "empty", "something else", "no rows"])
def test_a_damaged_replicate_is_named_and_can_be_computed_again(tmp_path, damage):
    study = small_study(GAPS)
    folder = open_folder(tmp_path / "out", study)
    table = run_replicate(study, Task(0, 1))
    for number in range(2):
        folder.write(Task(0, number), table)
    place = folder.place_of(Task(0, 1))
    if damage == "cut short":
        place.write_bytes(place.read_bytes()[:200])
    elif damage == "empty":
        place.write_bytes(b"")
    elif damage == "something else":
        pd.DataFrame({"a": [1]}).to_parquet(place)
    else:
        table.iloc[:0].to_parquet(place, index=False)
    with pytest.raises(InvalidRun, match=r"1 of 2 replicates .* cannot be read") as caught:
        folder.read()
    assert str(place) in str(caught.value)
    place.unlink()
    assert len(folder.read()) == len(table)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    file = tmp_path / "out"
    file.write_text("mine")
    with pytest.raises(InvalidRun, match="is a file; the results of a study need a folder"):
        open_folder(file, small_study(GAPS))
    assert file.read_text() == "mine"


def test_results_of_another_study_are_refused(tmp_path):
    open_folder(tmp_path / "out", small_study())
    open_folder(tmp_path / "out", small_study(replicates=9, title="Longer"))
    with pytest.raises(InvalidRun, match="results of another study"):
        open_folder(tmp_path / "out", small_study(seed=8))


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(InvalidRun, match="something else than a study"):
        open_folder(tmp_path, small_study())
    with pytest.raises(InvalidRun, match="not the folder of a study"):
        load_folder(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"sha256": "x"}'])
def test_a_damaged_record_is_refused(tmp_path, text):
    open_folder(tmp_path / "out", small_study())
    (tmp_path / "out" / "study.json").write_text(text)
    with pytest.raises(InvalidRun, match="damaged"):
        load_folder(tmp_path / "out")


def test_a_record_of_another_version_is_refused(tmp_path):
    open_folder(tmp_path / "out", small_study())
    path = tmp_path / "out" / "study.json"
    record = json.loads(path.read_text())
    record["study"]["colour"] = "blue"
    path.write_text(json.dumps(record))
    with pytest.raises(InvalidRun, match="another version"):
        load_folder(tmp_path / "out")
