import pytest

from .command import to_toml


@pytest.fixture(scope="session")
def tables(small_simulation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    small_simulation.measures.to_csv(folder / "measures.csv", index=False)
    small_simulation.units.to_csv(folder / "units.csv", index=False)
    league = small_simulation.league.model_dump(exclude_none=True)
    (folder / "league.toml").write_text(to_toml(league))
    return folder
