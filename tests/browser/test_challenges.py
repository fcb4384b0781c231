"""Block speed and reversal odds on the built site: one reader's story each, by role and name."""

import re

import pytest
from playwright.sync_api import expect

from nnlib import security

PAGE = "chapters/6-open-challenges.html"


def shown(widget, name):
    expect(widget).not_to_have_attribute("aria-busy", "true")  # all that was done is answered
    return float(widget.locator(f'[data-name="{name}"]').get_attribute("data-number"))


def test_bigger_blocks_buy_transactions_with_safety(visit):
    widget = visit(PAGE).get_by_role("region", name="Block speed")
    status = widget.get_by_role("status")
    expect(status).to_contain_text("6.49 transactions a second")

    widget.get_by_role("slider", name="Size, MB").fill("8")
    expect(status).to_contain_text("43.9 transactions a second")
    delay = security.relay_delay(8)
    assert shown(widget, "delay") == pytest.approx(600 * delay)
    for name, rate in (
        ("transactions a second", security.throughput(8, 600, delay)),
        ("heights with a fork", security.fork_rate(delay)),
        ("stale blocks", security.stale_rate(delay)),
        ("attacker needs", security.attack_threshold(delay)),
    ):
        assert shown(widget, name) == pytest.approx(rate, rel=1e-12)

    widget.get_by_role("spinbutton", name="Interval, s").fill("60")
    expect(status).not_to_contain_text("43.9")
    assert shown(widget, "stale blocks") == pytest.approx(security.stale_rate(10 * delay))
    assert shown(widget, "attacker needs") < 0.3

    box = widget.get_by_role("spinbutton", name="Relay, kbit/s")
    before = status.text_content()
    box.fill("0")
    expect(box).to_have_accessible_description("Relay, kbit/s must be a number from 50 to 5000.")
    box.fill("5000")
    expect(status).not_to_contain_text(before)
    assert shown(widget, "attacker needs") > 0.44

    widget.get_by_role("button", name="Reset").click()
    expect(status).to_contain_text("6.49 transactions a second")


def test_a_merchant_learns_how_long_to_wait(visit):
    page = visit(PAGE, permissions=["clipboard-read", "clipboard-write"])
    widget = page.get_by_role("region", name="Reversal odds")
    status = widget.get_by_role("status")
    expect(status).to_contain_text("below 0.001 it takes 6.")

    widget.get_by_role("slider", name="Confirmations").fill("5")
    expect(status).to_contain_text("5 confirmations are reversed with probability 0.001782")
    assert shown(widget, "Nakamoto chance") == pytest.approx(0.0009137, abs=5e-8)
    assert shown(widget, "exact chance") == pytest.approx(security.reversal(0.1, 5), rel=1e-12)

    slider = widget.get_by_role("slider", name="Attacker's share")
    slider.focus()
    page.keyboard.press("End")
    expect(status).to_contain_text("With 0.45 of the power")
    assert shown(widget, "exact confirmations") == 539
    assert shown(widget, "Nakamoto confirmations") == 340
    picture = widget.get_by_role("img", name=re.compile("logarithmic axis. With 0.45"))
    expect(picture).to_be_visible()

    box = widget.get_by_role("spinbutton", name="Confirmations")
    box.fill("2.5")
    expect(box).to_have_accessible_description(re.compile("whole number from 0 to 60"))
    expect(box).to_have_value("2.5")
    box.fill("20")
    expect(status).to_contain_text("20 confirmations")

    widget.get_by_role("button", name="Copy link").click()
    expect(status).to_have_text("Link copied.")
    again = page.context.new_page()
    again.goto(page.evaluate("navigator.clipboard.readText()"))
    widget = again.get_by_role("region", name="Reversal odds")
    expect(widget.get_by_role("status")).to_contain_text("With 0.45 of the power, 20 confirmations")
