import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from openness.measures import STATUSES
from openness.publish.palette import ALERT, INK, QUIET, STATUS_MARKS, band_colours, ink_on


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


def test_four_bands_are_as_far_apart_as_four_can_be():
    grey = [luminance(colour) + 0.05 for colour in band_colours(4)]
    # The darkest has 18.6 to 1 against white and the lightest 3: three equal steps are of 1.84.
    assert all(after / before > 1.8 for before, after in itertools.pairwise(grey))


@pytest.mark.parametrize("colour", [INK, QUIET, ALERT])
def test_text_can_be_read_on_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) > 4.5


@pytest.mark.parametrize("count", [2, 4, 6])
def test_every_band_stands_out_from_white(count):
    # The guidelines ask 3 to 1 of graphics.
    assert all(1.05 / (luminance(colour) + 0.05) >= 3 for colour in band_colours(count))


# Machado, Oliveira and Fernandes (2009), table 1, severity 1.0: what is seen without one kind of
# cone, in linear RGB.
WITHOUT_A_CONE = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}

MISSING = [name for name in STATUS_MARKS if name not in ("observed", "not_applicable")]


def lab(colour, sight):
    """CIE L*a*b* of a colour as somebody sees it."""
    linear = np.array([linear_part(part) for part in to_rgb(colour)])
    seen = np.clip(np.array(WITHOUT_A_CONE[sight]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratios = to_xyz @ seen / (to_xyz @ np.ones(3))
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def linear_part(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def test_every_status_has_a_mark_of_its_own_shape():
    assert list(STATUS_MARKS) == list(STATUSES)
    looks = {(mark.shape, mark.kind) for name, mark in STATUS_MARKS.items() if name != "observed"}
    assert len(looks) == len(STATUSES) - 1


@pytest.mark.parametrize("sight", WITHOUT_A_CONE)
def test_colours_of_what_is_missing_differ_for_everybody(sight):
    # 2.3 is a just noticeable difference; marks of a few points that do not touch need several.
    for one, other in itertools.combinations(MISSING, 2):
        apart = lab(STATUS_MARKS[one].colour, sight) - lab(STATUS_MARKS[other].colour, sight)
        assert np.linalg.norm(apart) > 10, (one, other)


@pytest.mark.parametrize("status", MISSING)
def test_what_is_missing_stands_out_from_white_and_from_what_is_observed(status):
    contrast = 1.05 / (luminance(STATUS_MARKS[status].colour) + 0.05)
    assert contrast > 3
    observed = luminance(STATUS_MARKS["observed"].colour) + 0.05
    assert observed / (luminance(STATUS_MARKS[status].colour) + 0.05) > 2.3


@pytest.mark.parametrize("count", [2, 3, 4, 7, 12])
def test_text_on_a_band_can_be_read(count):
    for colour in band_colours(count):
        own, text = luminance(colour) + 0.05, luminance(ink_on(colour)) + 0.05
        assert max(own, text) / min(own, text) > 4.5
