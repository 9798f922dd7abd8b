from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from types import MappingProxyType

import pytest

from openness.errors import InvalidLeague
from openness.league import League, league_hash, load_league, shipped_leagues

SMALL = """
id = "small"
title = "Small"
unit = "trust"
unit_plural = "trusts"

[[groups]]
id = "acute"
label = "Acute"

[[domains]]
id = "survey"
label = "Survey"

[[indicators]]
id = "safe"
label = "Safe"
family = "proportion"
direction = "higher_is_better"
domain = "survey"

[[indicators]]
id = "bullied"
label = "Bullied"
family = "proportion"
direction = "lower_is_better"
domain = "survey"

[bands]
rule = "shares"

[[bands.levels]]
id = "high"
label = "High"
share = 0.5

[[bands.levels]]
id = "low"
label = "Low"
share = 0.5
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _refusal(folder: Path, text: str) -> list[str]:
    """The lines of the error without its heading."""
    with pytest.raises(InvalidLeague) as caught:
        load_league(_write(folder, text))
    heading, *lines = str(caught.value).splitlines()
    assert heading == f"{len(lines)} problem{'s' if len(lines) != 1 else ''} found:"
    return [line.strip() for line in lines]


def test_the_shipped_definitions_are_listed() -> None:
    assert shipped_leagues() == [
        "freedom-to-speak-up",
        "learning-from-mistakes-2016",
        "openness-2024",
    ]


@pytest.mark.parametrize(
    ("name", "groups", "scored", "not_scored", "bands"),
    [
        ("freedom-to-speak-up", 1, 5, {"second_composite"}, 3),
        ("learning-from-mistakes-2016", 5, 10, set(), 4),
        ("openness-2024", 5, 10, {"cqc_overall", "incidents_recorded"}, 3),
    ],
)
def test_a_shipped_definition_says_what_it_should(
    name: str, groups: int, scored: int, not_scored: set[str], bands: int
) -> None:
    league = load_league(name)
    assert league.id == name
    assert len(league.groups) == groups
    assert len(league.scored) == scored
    assert {i.id for i in league.indicators if not i.scored} == not_scored
    assert len(league.bands.levels) == bands
    assert all(i.why and i.question for i in league.indicators)
    assert all(domain.why for domain in league.domains)


def test_the_2016_definition_covers_every_family_and_the_published_divisions() -> None:
    league = load_league("learning-from-mistakes-2016")
    families = {i.family for i in league.indicators}
    assert families == {"proportion", "count", "score", "ordinal", "binary"}
    assert [level.count for level in league.bands.levels] == [18, 102, 78, None]


def test_assumed_numbers_say_so() -> None:
    """Design effects, respondent sds and error correlations are never published."""
    folder = Path(__file__).parents[2] / "models"
    for path in folder.glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if line.startswith(("error_correlation", "respondent_sd", "design_effect")):
                around = " ".join(lines[max(0, number - 6) : number + 2]).lower()
                assert "assumed" in around, f"{path.name}, line {number + 1}: {line}"


def test_a_path_is_read(tmp_path: Path) -> None:
    path = _write(tmp_path, SMALL)
    assert load_league(path) == load_league(str(path))
    assert load_league(path).title == "Small"


def test_the_hash_is_of_the_settings_and_not_of_their_writing(tmp_path: Path) -> None:
    first = load_league(_write(tmp_path, SMALL))
    same = load_league(_write(tmp_path, "# a comment\ninterval = 0.95" + SMALL))
    other = load_league(_write(tmp_path, "interval = 0.9" + SMALL))
    assert league_hash(first) == league_hash(same)
    assert league_hash(first) != league_hash(other)
    assert len(league_hash(first)) == 64


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(InvalidLeague) as caught:
        load_league("openess-2024")
    assert str(caught.value) == (
        "1 problem found:\n"
        "  load_league: definition: there is no shipped league 'openess-2024'; shipped: "
        "freedom-to-speak-up, learning-from-mistakes-2016, openness-2024. "
        "Did you mean 'openness-2024'?"
    )


def test_a_name_like_none_of_them_gets_no_guess() -> None:
    with pytest.raises(InvalidLeague, match=r"openness-2024\. A path must end in \.toml$"):
        load_league("zzz")


def test_a_missing_file() -> None:
    with pytest.raises(InvalidLeague) as caught:
        load_league("nowhere/mine.toml")
    assert str(caught.value.problems[0]) == (
        "nowhere/mine.toml: file: it does not exist; the path of a TOML file is needed"
    )


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidLeague, match="file: it cannot be read"):
        load_league(tmp_path)


def test_broken_toml_is_placed(tmp_path: Path) -> None:
    assert _refusal(tmp_path, 'id = "small"\ntitle "x"\n') == [
        "small.toml: line 2, column 7: not TOML: Expected '=' after a key in a key/value pair; "
        "a league definition is a TOML file"
    ]


def test_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b'title = "caf\xe9"')
    with pytest.raises(InvalidLeague) as caught:
        load_league(path)
    assert str(caught.value.problems[0]) == (
        "small.toml: byte 13: not UTF-8; TOML files are written in UTF-8. "
        "Save the file again with the encoding UTF-8"
    )


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    text = SMALL + "\n[eligibility]\nminimum_reliability = 1.5\n"
    for old, new in [
        ('family = "proportion"\ndirection = "lower', 'family = "proporton"\ndirection = "lower'),
        ('domain = "survey"\n\n[[ind', 'domian = "survey"\n\n[[ind'),
        ('unit = "trust"\n', ""),
        ('rule = "shares"', 'rule = "share"'),
    ]:
        assert old in text
        text = text.replace(old, new)
    assert _refusal(tmp_path, text) == [
        "small.toml: unit: the setting is missing; it must be given",
        "small.toml: indicators[1] (safe): domain: the setting is missing; it must be given",
        "small.toml: indicators[1] (safe): domian: there is no such setting; allowed here: id, "
        "label, question, family, direction, domain, facet, groups, design_effect, respondent_sd, "
        "categories, likelihood, suppressed, range, collection, scored, why. "
        "Did you mean 'domain'?",
        "small.toml: indicators[2] (bullied): family: found 'proporton'; allowed: 'proportion', "
        "'count', 'score', 'ordinal', 'binary'. Did you mean 'proportion'?",
        "small.toml: bands: rule: found 'share'; allowed: 'shares', 'counts', 'cut_points'. "
        "Did you mean 'shares'?",
        "small.toml: eligibility: minimum_reliability: found 1.5; it must be below 1",
    ]


def test_cross_references_are_checked_beside_other_problems(tmp_path: Path) -> None:
    text = SMALL.replace(
        'domain = "survey"\n\n[[ind', 'domain = "servey"\ngroups = ["acut"]\n\n[[ind'
    ).replace('unit = "trust"\n', "")
    assert _refusal(tmp_path, text) == [
        "small.toml: unit: the setting is missing; it must be given",
        "small.toml: indicators[1] (safe): domain: there is no domain 'servey'; "
        "declared: survey. Did you mean 'survey'?",
        "small.toml: indicators[1] (safe): groups: there is no group 'acut'; "
        "declared: acute. Did you mean 'acute'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'id = "bullied"',
            'id = "safe"',
            "indicators[2] (safe): id: 'safe' is declared twice; each must differ",
        ),
        (
            'id = "bullied"',
            'id = "Bullied staff"',
            "indicators[2] (Bullied staff): id: found 'Bullied staff'; lower-case letters, digits "
            "and underscores, beginning with a letter, are allowed",
        ),
        (
            'label = "Bullied"\nfamily = "proportion"',
            'label = "Bullied"\nfamily = "ordinal"',
            "indicators[2] (bullied): categories: an ordinal indicator came with 0 categories; "
            "it needs at least 2, from the lowest to the highest",
        ),
        (
            'label = "Bullied"\n',
            'label = "Bullied"\nrespondent_sd = 2\n',
            "indicators[2] (bullied): respondent_sd: given for a proportion; "
            "only scores have a respondent sd",
        ),
        (
            'label = "Bullied"\n',
            'label = "Bullied"\nrange = [0, 10]\n',
            "indicators[2] (bullied): range: given for a proportion; "
            "only scores declare their range",
        ),
        (
            'label = "Bullied"\n',
            'label = "Bullied"\ninterval = 0.9\n',
            "indicators[2] (bullied): interval: there is no such setting; allowed here: id, label, "
            "question, family, direction, domain, facet, groups, design_effect, respondent_sd, "
            "categories, likelihood, suppressed, range, collection, scored, why. `interval` is "
            "a setting of the league itself: TOML reads it there only if it stands above the first "
            "[table]",
        ),
        (
            'label = "Bullied"\n',
            'label = "Bullied"\nscored = "perhaps"\n',
            "indicators[2] (bullied): scored: found 'perhaps'; true or false is needed",
        ),
        (
            'label = "Low"\nshare = 0.5',
            'label = "Low"\nshare = 0.4',
            "bands: levels: the shares add up to 0.9; they must add up to 1",
        ),
        (
            'label = "Low"\nshare = 0.5',
            'label = "Low"\ncount = 5',
            "bands: levels[2] (low): `count` of `share`, `count`, `above` given; "
            "the rule 'shares' needs `share` and nothing else",
        ),
        (
            "[bands]",
            "[eligibility]\nminimum_domains = 2\n\n[bands]",
            "eligibility: minimum_domains: found 2; domains with a scored indicator: 1, "
            "so that no unit would be ranked",
        ),
        (
            "[bands]",
            "[priors]\ncoherence = [2]\n\n[bands]",
            "priors: coherence[2]: nothing was given; it must be given",
        ),
        (
            "[bands]",
            "[priors]\ngroup_scale = 0\n\n[bands]",
            "priors: group_scale: found 0; it must be above 0",
        ),
        ('unit = "trust"', "unit = 3", "unit: found 3; a text in quotes is needed"),
    ],
)
def test_one_problem(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in SMALL
    (line,) = _refusal(tmp_path, SMALL.replace(old, new))
    assert line == f"small.toml: {expected}"


def test_a_misspelt_table(tmp_path: Path) -> None:
    (line,) = _refusal(tmp_path, SMALL + "\n[prior]\ngroup_scale = 0.5\n")
    assert line == (
        "small.toml: prior: there is no such setting; allowed here: id, title, unit, unit_plural, "
        "description, score, scope, places, interval, missing_denominator, groups, domains, "
        "facets, indicators, priors, bands, eligibility, selection, guards. Did you mean 'priors'?"
    )


def test_no_indicator_scored(tmp_path: Path) -> None:
    text = SMALL.replace('domain = "survey"', 'domain = "survey"\nscored = false')
    assert _refusal(tmp_path, text) == [
        "small.toml: indicators: none of them is scored; at least one must be"
    ]


def test_cut_points_fall(tmp_path: Path) -> None:
    text = SMALL.replace('"shares"', '"cut_points"').replace(
        'label = "High"\nshare = 0.5',
        'label = "High"\nabove = 0.5\n\n[[bands.levels]]\nid = "more"\nlabel = "More"\nabove = 1',
    )
    assert _refusal(tmp_path, text) == [
        "small.toml: bands: levels[3] (low): `share` of `share`, `count`, `above` given; "
        "the last band of the rule 'cut_points' has no bound"
    ]
    assert _refusal(tmp_path, text.replace('label = "Low"\nshare = 0.5', 'label = "Low"')) == [
        "small.toml: bands: levels: the cut points are 0.5, 1; "
        "they must fall from the best band to the worst"
    ]


def test_a_list_where_a_table_belongs(tmp_path: Path) -> None:
    text = "priors = 3\n" + SMALL
    assert _refusal(tmp_path, text) == [
        "small.toml: priors: found 3; a table of settings is needed"
    ]


def test_reading_a_league_stays_light() -> None:
    heavy = "[m for m in ('numpy', 'pandas', 'pymc', 'pytensor', 'arviz') if m in sys.modules]"
    code = f"import sys, openness.league; print({heavy})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_league_is_frozen() -> None:
    league: League = load_league("freedom-to-speak-up")
    with pytest.raises(ValueError, match="frozen"):
        league.title = "Another"


def test_a_mapping_is_read_as_its_file_would_be(tmp_path: Path) -> None:
    settings = tomllib.loads(SMALL)
    assert load_league(settings) == load_league(_write(tmp_path, SMALL))
    assert load_league(MappingProxyType(settings)) == load_league(settings)


@pytest.mark.parametrize("name", shipped_leagues())
def test_a_league_comes_back_from_its_own_settings(name: str) -> None:
    """Its lists are tuples then."""
    league = load_league(name)
    assert load_league(league.model_dump()) == league


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('family = "proportion"', 'family = "share"'),
        ('domain = "survey"', 'domain = "surveys"'),
        ("share = 0.5", "share = 0.4"),
        ('unit = "trust"', 'unti = "trust"'),
        ('label = "Acute"', ""),
    ],
)
def test_a_mapping_has_the_errors_of_a_file(tmp_path: Path, old: str, new: str) -> None:
    text = SMALL.replace(old, new)
    of_file = _refusal(tmp_path, text)
    with pytest.raises(InvalidLeague) as caught:
        load_league(tomllib.loads(text))
    of_mapping = [str(problem) for problem in caught.value.problems]
    assert of_mapping == [line.replace("small.toml", "mapping", 1) for line in of_file]


def test_parts_that_are_tuples_are_compared_with_each_other_too() -> None:
    settings = tomllib.loads(SMALL) | {"unit": 3}
    groups = tuple(settings["groups"])
    with pytest.raises(InvalidLeague) as caught:
        load_league(settings | {"groups": groups * 2})
    assert [problem.where for problem in caught.value.problems] == [
        "unit",
        "groups[2] (acute): id",
    ]


def test_what_is_no_definition_is_refused_in_words() -> None:
    with pytest.raises(InvalidLeague, match="definition: a int came; a name, a path or a mapping"):
        load_league(2016)  # type: ignore[arg-type]
