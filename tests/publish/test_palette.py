import itertools

import pytest
from matplotlib.colors import to_rgb

from openness.publish.palette import band_colours


def luminance(colour):
    """Relative luminance, Web Content Accessibility Guidelines 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(colour):
    """CIE L*, 0 to 100."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_bands_keep_their_order_in_grey(count):
    grey = [lightness(colour) for colour in band_colours(count)]
    # A difference of 5 in L* is about twice what is seen side by side.
    assert all(after - before > 5 for before, after in itertools.pairwise(grey))


@pytest.mark.parametrize("count", [2, 4, 6])
def test_every_band_stands_out_from_white(count):
    # 2.5 to 1: the guidelines ask 3 to 1 of graphics that no text accompanies.
    assert all(1.05 / (luminance(colour) + 0.05) > 2.5 for colour in band_colours(count))
