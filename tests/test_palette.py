"""The palette's contrast, by WCAG 2.2's own formula."""

import pytest

from nnlib.palette import PALETTE, css


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "muted", "input", "hidden", "output", "error", "good"])
def test_text_and_lines_read_on_the_page(role, theme):
    assert contrast(PALETTE[role][theme], PALETTE["paper"][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["input-fill", "hidden-fill", "output-fill", "error-fill"])
def test_ink_reads_on_every_fill(role, theme):
    assert contrast(PALETTE["ink"][theme], PALETTE[role][theme]) >= 4.5


def test_css_names_every_role_in_both_themes():
    for role, (light, dark) in PALETTE.items():
        assert f"--nn-{role}:{light};" in css()
        assert f"--nn-{role}:{dark};" in css()
