import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from openness.errors import InvalidInput
from openness.publish.bands import band_bars

from .reading import texts

A4 = 11.69


def bars(axes):
    return [part for part in axes.collections if isinstance(part, PolyCollection)]


def test_bars_are_the_probabilities_from_left_to_right(make_bands, league):
    bands = make_bands(120, unmeasured=5)
    table = bands.table
    (axes,) = band_bars(bands).axes
    ranked = table[table["ranked"]]
    before = np.zeros(len(ranked))
    for part, band in zip(bars(axes), league.bands.levels, strict=True):
        corners = np.array([path.vertices[:, 0] for path in part.get_paths()])
        np.testing.assert_allclose(corners.min(axis=1), before, atol=1e-12)
        before = before + ranked[f"prob_{band.id}"].to_numpy()
        np.testing.assert_allclose(corners.max(axis=1), before, atol=1e-12)
    np.testing.assert_allclose(before, 1)


def test_rows_do_not_overlap_and_the_best_is_on_top(make_bands):
    (axes,) = band_bars(make_bands(120)).axes
    spans = np.array(
        [(p.vertices[:, 1].min(), p.vertices[:, 1].max()) for p in bars(axes)[0].get_paths()]
    )
    assert (spans[1:, 0] >= spans[:-1, 1] - 1e-9).all()
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_a_row_says_its_band_its_set_and_its_chance_with_its_error(make_bands):
    bands = make_bands(8, unstable=1)
    table, words = bands.table, texts(band_bars(bands))
    number = {"good": 1, "middling": 2, "poor": 3}
    first, second = table.iloc[0], table.iloc[1]
    assert f"{number[first['band']]} (1 to 2)" in words
    assert f"~ {100 * first['probability']:.0f}% (1.2)" in words
    assert f"{100 * second['probability']:.0f}% (1.2)" in words
    assert {"1 Good", "2 In between", "3 Poor"} <= set(words)


@pytest.mark.parametrize("scope", ["all", "within_group"])
@pytest.mark.parametrize("units", [10, 230, 5000])
def test_any_number_of_units_fits_a_page(make_bands, units, scope):
    figure = band_bars(make_bands(units, unmeasured=3, scope=scope))
    figure.canvas.draw()
    assert figure.get_figheight() <= A4 + 1e-6
    words = texts(figure)
    assert any("Not ranked (3)" in text for text in words)
    if scope == "within_group":
        assert sum(title.startswith(("Acute (", "Mental health (")) for title in words) == 2


def test_what_cannot_be_drawn_is_refused(make_bands):
    with pytest.raises(InvalidInput, match="no unit is ranked"):
        band_bars(make_bands(3, unmeasured=3))
