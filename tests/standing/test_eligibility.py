import pandas as pd
import pytest

from openness.league.definition import Eligibility
from openness.standing.eligibility import reasons_not_ranked

RULE = Eligibility(minimum_reliability=0.3, minimum_domains=2)


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
def test_the_least_evidence_suffices_and_less_is_named(measures, domains, reliability, reason):
    completeness = pd.DataFrame({"measures_present": [measures], "domains_present": [domains]})
    assert reasons_not_ranked(completeness, [reliability], RULE) == [reason]
