import pandas as pd
import pytest

from openness.standing.eligibility import reasons_not_ranked

RULE = {"minimum_reliability": 0.3, "minimum_domains": 2}


@pytest.mark.parametrize(
    ("measures", "domains", "reliability", "reason"),
    [
        (5, 2, 0.3, ""),
        (5, 2, 0.25, "reliability 0.250 is below 0.3"),
        (5, 1, 0.3, "measured in 1 of the 2 domains it takes"),
        (
            1,
            1,
            0.1,
            "measured in 1 of the 2 domains it takes; reliability 0.100 is below 0.3",
        ),
        (0, 0, float("nan"), "no measure was observed"),
    ],
)
def test_the_least_evidence_suffices_and_less_is_named(
    make_small_league, measures, domains, reliability, reason
):
    known = pd.DataFrame(
        {
            "group": "acute",
            "measures_present": [measures, 9, 9],
            "domains_present": [domains, 2, 2],
            "reliability": [reliability, 1.0, 1.0],
        },
        index=["RA", "RB", "RC"],
    )
    found = reasons_not_ranked(known, make_small_league(eligibility=RULE), "all")
    assert found.to_dict() == {"RA": reason, "RB": "", "RC": ""}
