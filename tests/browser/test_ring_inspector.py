"""The ring inspector on the built site: flip, forge and recover, by role and name alone."""

import re
import struct

import pytest
from playwright.sync_api import expect

from nnlib.ring import digest
from nnlib.scenes.ring import SEALED

PAGE = "chapters/5-1-deepring.html"


def inspector(page):
    return page.get_by_role("region", name="Ring inspector").first


@pytest.fixture
def widget(visit):
    return inspector(visit(PAGE))


def choose(widget, name):
    button = widget.get_by_role("button", name=name)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def bit(widget, number, kind):
    return widget.get_by_role("button", name=f"Bit {number} ({kind})", exact=True)


def shown(widget, name):
    return widget.locator(f'[data-name="{name}"]')


def expect_broken(widget, *broken):
    for block in "123":
        header = widget.get_by_role("region", name=f"Block {block}").locator("header")
        expect(header).to_contain_text("broken" if int(block) in broken else "holds")


def expect_witnesses(widget, *said):
    for name, word in zip(("Local check", "Published root", "Accuracy"), said, strict=True):
        expect(widget.get_by_role("row", name=name)).to_contain_text(word)


def test_one_bit_breaks_its_block_and_the_digests_are_nnlibs(widget):
    choose(widget, "Layer 2 neuron 3 bias")
    before = float(shown(widget, "weight now").get_attribute("data-number"))
    bit(widget, 0, "fraction").click()
    expect(widget.get_by_role("status")).to_contain_text("Broken: block 2.")
    expect_broken(widget, 2)
    expect_witnesses(widget, "alarm", "silent", "silent")
    changed = bytearray(SEALED.store[1])
    changed[4 * 11] ^= 1
    now = float(shown(widget, "weight now").get_attribute("data-number"))
    assert now == struct.unpack_from("<f", changed, 4 * 11)[0] != before
    found = shown(widget, "digest of layer 2").get_attribute("data-hash")
    assert found == digest(bytes(changed))
    bit(widget, 0, "fraction").click()
    expect_broken(widget)
    expect(widget.get_by_role("status")).to_contain_text("ends in the published root")


def test_whoever_rewrites_the_digest_is_seen_by_the_root_alone_until_recovery(widget):
    root = shown(widget, "published root").get_attribute("data-hash")
    choose(widget, "Layer 1 neuron 2 weight 1")
    bit(widget, 31, "sign").click()
    expect_broken(widget, 1)
    widget.get_by_role("checkbox", name="Rewrite the digest too").check()
    expect_broken(widget)
    expect_witnesses(widget, "silent", "alarm", "alarm")
    expect(widget.get_by_text("not the hash of block 3")).to_be_visible()
    assert root == SEALED.root != shown(widget, "hash of block 3").get_attribute("data-hash")
    widget.get_by_role("button", name="Recover").click()
    expect(widget.get_by_role("status")).to_contain_text("Recovered from the replica.")
    expect_witnesses(widget, "silent", "silent", "silent")
    expect(shown(widget, "hash of block 3")).to_have_attribute("data-hash", root)
    expect(shown(widget, "points right now")).to_have_attribute("data-number", "40")


def test_bits_are_flipped_by_keyboard_and_keep_the_focus(widget):
    sign = bit(widget, 31, "sign")
    sign.focus()
    for pressed in "true", "false", "true":
        widget.page.keyboard.press("Space")
        expect(sign).to_have_attribute("aria-pressed", pressed)
        expect(sign).to_be_focused()
    expect_broken(widget, 1)
    widget.page.keyboard.press("Tab")
    expect(bit(widget, 30, "exponent")).to_be_focused()


def test_quick_flips_all_count(widget):
    for number in range(5):
        bit(widget, number, "fraction").click()
    bits = widget.get_by_role("group", name="fraction")
    expect(bits.locator(".nn-changed")).to_have_count(5)


def test_a_link_brings_the_attack_with_it(visit):
    page = visit(PAGE, permissions=["clipboard-read", "clipboard-write"])
    bit(inspector(page), 30, "exponent").click()
    expect_broken(inspector(page), 1)
    inspector(page).get_by_role("button", name="Copy link").click()
    expect(inspector(page).get_by_role("status")).to_have_text("Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    again = page.context.new_page()
    again.goto(link)
    expect_broken(inspector(again), 1)
    expect(bit(inspector(again), 30, "exponent")).to_have_class(re.compile("nn-changed"))


def test_all_that_a_hash_hides_fits_a_phone(visit):
    page = visit(PAGE, viewport={"width": 360, "height": 740})
    widget = inspector(page)
    bit(widget, 30, "exponent").click()
    expect_broken(widget, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = widget.bounding_box()
    for button in widget.get_by_role("button").all():
        place = button.bounding_box()
        assert place["x"] + place["width"] <= box["x"] + box["width"]
        assert min(place["width"], place["height"]) >= 24, "a finger needs 24 px"
