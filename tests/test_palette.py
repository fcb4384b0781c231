"""The palette's contrast, by WCAG 2.2's own formula."""

import pytest

from nnlib.activations import ACTIVATIONS
from nnlib.palette import PALETTE, css

FILLS = [role for role in PALETTE if role.endswith("-fill")]
LINES = [role for role in PALETTE if role not in ("paper", "grid", *FILLS)]


def luminance(color):
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", LINES)
def test_text_and_lines_read_on_the_page(role, theme):
    assert contrast(PALETTE[role][theme], PALETTE["paper"][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("role", FILLS)
def test_ink_reads_on_every_fill(role, theme):
    assert contrast(PALETTE["ink"][theme], PALETTE[role][theme]) >= 4.5


def test_css_names_every_role_in_both_themes():
    for role, (light, dark) in PALETTE.items():
        assert f"--nn-{role}:{light};" in css()
        assert f"--nn-{role}:{dark};" in css()
        assert f".nn-color-{role}{{--nn-color:var(--nn-{role})}}" in css()


def test_every_activation_has_a_color_of_its_own():
    roles = [f.role for f in ACTIVATIONS.values()]
    assert set(roles) <= set(LINES) - {"error"}, "red is for errors"
    assert len(set(roles)) == len(roles)
