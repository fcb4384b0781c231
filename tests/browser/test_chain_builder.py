"""The chain builder on the built site: its whole story, by role and name alone."""

import re

import pytest
from playwright.sync_api import expect

from nnlib.blockchain import NO_PARENT, Block, Transaction, mine
from nnlib.scenes.chain import DEFAULTS

PAGE = "chapters/1-introduction.html"
THIRTY_FRAMES = """new Promise(done => {
  let n = 0;
  const step = () => ++n < 30 ? requestAnimationFrame(step) : done(n);
  step();
})"""
INSIDE = """e => e.querySelectorAll("input, button, code, select").values()
  .every(part => part.getBoundingClientRect().right <= innerWidth)"""
# All that is on show, in one go: numbers and hashes by name, boxes by label, what each block says.
READ = """e => {
  const all = (selector, say) => [...e.querySelectorAll(selector)].map(say);
  const named = (selector, say) => Object.fromEntries(all(selector, say));
  return {
    status: e.querySelector("[role=status]").textContent,
    numbers: named("[data-number]", q => [q.dataset.name, Number(q.dataset.number)]),
    hashes: named("[data-hash]", q => [q.dataset.name, q.dataset.hash]),
    boxes: named("input[aria-label]", box => [box.ariaLabel, box.value]),
    blocks: all(".nn-blocks > li > header", block => block.textContent),
  };
}"""
PHONE = {"viewport": {"width": 360, "height": 740}}
VALID, BROKEN = re.compile("^Chain valid"), re.compile("^Chain broken at block 1: Its hash ")
UNMINED = re.compile("^Chain broken at block 0: Its hash ")
CROSS = "<img src=x onerror=\"document.title='broken into'\">"


def builder(page):
    widget = page.locator("section[data-scene=chain]").first
    expect(widget).to_have_role("region")
    expect(widget).to_have_accessible_name("Chain builder")
    widget.scroll_into_view_if_needed()
    return widget


@pytest.fixture
def widget(visit):
    return builder(visit(PAGE))


def answered(widget):
    """Wait until the view has come, Python too, and all that was done is answered."""
    expect(widget).to_have_attribute("aria-busy", "false", timeout=30_000)


def read(widget):
    """What is on show when all is answered."""
    answered(widget)
    return widget.evaluate(READ)


def status(widget):
    return widget.get_by_role("status")


def press(widget, name):
    widget.get_by_role("button", name=name, exact=True).click()
    answered(widget)


def box(widget, name, role="textbox"):
    return widget.get_by_role(role, name=name, exact=True)


def fill(widget, name, value, role="textbox"):
    box(widget, name, role).fill(value)
    answered(widget)


def look_at(widget, view):
    box(widget, view, "radio").check()
    answered(widget)


def set_difficulty(widget, bits):
    widget.get_by_role("slider", name="Difficulty").fill(str(bits))
    assert read(widget)["numbers"]["expected hashes per block"] == 2**bits


def first_blocks():
    """The author's block 0, and block 1 as Mallory would have it, mined again."""
    (time, *_, bits, nonce), (time1, _, [payment], *_) = DEFAULTS["blocks"][:2]
    genesis = [Transaction("", "Alice", 50), "The first block"]
    zero = Block(0, time, genesis, NO_PARENT, bits, nonce)
    forged = [Transaction(*payment), "Alice pays Mallory"]
    return zero, mine(Block(1, time1, forged, zero.hash, bits))


def test_tamper_and_mine_again(widget):
    expect(status(widget)).to_have_text("Chain valid")
    box(widget, "Block 1 data").press_sequentially(" twice")
    answered(widget)
    expect(status(widget)).to_have_text(BROKEN)
    fill(widget, "Block 1 data", "Alice pays Mallory")
    shown = read(widget)
    assert sum("follows a broken block" in block for block in shown["blocks"]) == 2
    assert shown["numbers"]["expected hashes"] == 3 * 2**12
    press(widget, "Mine block 1")
    expect(status(widget)).to_contain_text("broken at block 2: Its previous hash")
    zero, one = first_blocks()
    shown = read(widget)
    assert shown["hashes"]["hash of block 0"] == zero.hash
    assert shown["hashes"]["hash of block 1"] == one.hash
    assert shown["boxes"]["Block 1 nonce"] == str(one.nonce)
    press(widget, "Mine from here")
    expect(status(widget)).to_have_text("Chain valid")
    numbers = read(widget)["numbers"]
    assert numbers["hashes spent"] == sum(numbers[f"nonce of block {i}"] for i in (1, 2, 3)) + 3
    assert numbers["expected hashes"] == 3 * 2**12


def test_every_field_can_break_the_chain_and_says_what_it_refuses(widget):
    for name, role, value in [
        ("Block 1 nonce", "spinbutton", "1"), ("Block 1 time", "spinbutton", "5"),
        ("Block 1 difficulty", "spinbutton", "11"), ("Block 1 previous hash", "textbox", "0" * 64),
        ("Block 1 transaction 1 amount", "spinbutton", "21"),
        ("Block 1 transaction 1 sender", "textbox", ""),
        ("Block 1 transaction 1 receiver", "textbox", "Mallory"),
    ]:  # fmt: skip
        field, old = box(widget, name, role), read(widget)["boxes"][name]
        field.fill(value)
        signs = read(widget)["blocks"]
        assert signs[0] == "Block 0✓ valid" and signs[1].startswith("Block 1✗ broken"), name
        field.fill(old)
        assert read(widget)["blocks"] == [f"Block {i}✓ valid" for i in range(4)], name
    expect(status(widget)).to_have_text("Chain valid")
    name = "Block 1 transaction 1 amount"
    amount = box(widget, name, "spinbutton")
    fill(widget, name, "0.5", "spinbutton")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_accessible_description(re.compile("must be a whole number"))
    expect(amount).to_have_value("0.5")
    fill(widget, name, "7", "spinbutton")
    expect(amount).not_to_have_attribute("aria-invalid", "true")
    expect(status(widget)).to_have_text(BROKEN)


def test_the_network_prescribes_the_difficulty(widget):
    fill(widget, "Block 2 difficulty", "3", "spinbutton")
    sentence = "It states 3 zero bits; the rule prescribes 12."
    expect(status(widget)).to_have_text(f"Chain broken at block 2: {sentence}")
    press(widget, "Mine from here")
    expect(status(widget)).to_have_text("Chain valid")
    assert read(widget)["boxes"]["Block 2 difficulty"] == "12"
    set_difficulty(widget, 6)  # another rule: every block states it, none is mined to it
    expect(status(widget)).to_have_text(UNMINED)
    shown = read(widget)
    assert shown["boxes"]["Block 3 difficulty"] == "6"
    assert shown["numbers"]["expected hashes"] == 4 * 2**6
    set_difficulty(widget, 12)
    expect(status(widget)).to_have_text("Chain valid")
    set_difficulty(widget, 6)
    start = DEFAULTS["blocks"][0][0]
    for i in (1, 2, 3):  # four blocks in a quarter of the time
        fill(widget, f"Block {i} time", str(start + 150 * i), "spinbutton")
    press(widget, "Mine from here")
    expect(status(widget)).to_have_text("Chain valid")
    press(widget, "Add block")
    shown = read(widget)
    assert shown["boxes"]["Block 4 difficulty"] == "8"
    assert shown["numbers"]["prescribed zero bits of block 4"] == 8
    press(widget, "Mine block 4")
    expect(status(widget)).to_have_text("Chain valid")


def test_blocks_and_transactions_come_and_go(widget):
    press(widget, "Add transaction to block 3")
    expect(box(widget, "Block 3 transaction 1 sender")).to_have_value("Alice")
    press(widget, "Remove Block 3 transaction 1")
    expect(status(widget)).to_have_text("Chain valid")
    press(widget, "Add block")
    fill(widget, "Block 4 data", "one more")
    expect(status(widget)).to_contain_text("Chain broken at block 4")
    press(widget, "Mine block 4")
    expect(status(widget)).to_have_text("Chain valid")
    press(widget, "Verify")
    expect(status(widget)).to_have_text("Chain valid: all 5 blocks verified")
    expect(widget.get_by_role("rowheader")).to_have_text([f"Block {i}" for i in range(5)])
    press(widget, "Remove last block")
    expect(box(widget, "Block 4 data")).to_have_count(0)
    press(widget, "Merkle tree of block 2")
    widget.get_by_role("combobox").select_option("1")
    expect(widget.get_by_role("img", name=re.compile("3 leaves.*2 hashes prove"))).to_be_visible()


def test_the_page_lives_while_it_mines_and_stop_ends_it(widget):
    # With this text the first 4,000,000 nonces give no hash with 20 zero bits: time enough.
    fill(widget, "Block 0 data", "The first block 65")
    set_difficulty(widget, 20)
    press(widget, "Mine from here")
    before = read(widget)["numbers"]["tries"]
    assert widget.page.evaluate(THIRTY_FRAMES) == 30
    expect(status(widget)).to_have_text("Mining. The button Stop ends it.")
    expect(widget.locator('[data-name="hash rate"]')).to_be_visible()
    expect(widget.locator('[data-name="tries"]')).not_to_have_attribute(
        "data-number", str(int(before))
    )
    expect(box(widget, "Stop", "button")).to_be_focused()
    press(widget, "Stop")
    expect(status(widget)).to_have_text(UNMINED)
    expect(box(widget, "Mine from here", "button")).to_be_focused()
    spent = read(widget)["numbers"]["hashes spent"]
    assert spent >= before
    set_difficulty(widget, 4)
    press(widget, "Mine from here")
    expect(status(widget)).to_have_text("Chain valid")
    assert read(widget)["numbers"]["hashes spent"] > spent


def test_three_peers(widget):
    look_at(widget, "Three peers")
    expect(status(widget)).to_have_text("The three peers hold the same valid chain.")
    fill(widget, "Peer A block 1 data", "Alice pays Mallory")
    expect(status(widget)).to_contain_text("Peer A: chain broken at block 1")
    press(widget, "Peer A mine")
    expect(status(widget)).to_contain_text("differ from block 1 on")
    assert read(widget)["hashes"]["hash of peer A block 1"] == first_blocks()[1].hash
    press(widget, "Resolve")
    expect(status(widget)).to_contain_text("Orphaned: 3 blocks of peer A")
    assert read(widget)["boxes"]["Peer A block 1 data"] == "Alice pays Bob"
    fill(widget, "Peer A block 1 data", "Alice pays Mallory")
    press(widget, "Peer A mine")
    expect(status(widget)).to_contain_text("differ from block 1 on")
    press(widget, "Peer A add block")
    expect(widget.get_by_text("Found: peer A, block 4")).to_be_visible()
    assert read(widget)["numbers"]["work of peer A"] == 5 * 2**12
    expect(status(widget)).to_contain_text("differ from block 1 on")
    press(widget, "Resolve")
    expect(status(widget)).to_contain_text("3 blocks of peer B, 3 blocks of peer C")
    shown = read(widget)
    assert shown["boxes"]["Peer C block 1 data"] == "Alice pays Mallory"
    assert shown["hashes"]["hash of orphan 1 of peer B"] == digest_of_the_author()


def digest_of_the_author():
    _, forged = first_blocks()
    data, nonce = DEFAULTS["blocks"][1][1], DEFAULTS["blocks"][1][5]
    return forged.replace(transactions=[forged.transactions[0], data], nonce=nonce).hash


def test_a_real_header(widget):
    look_at(widget, "Bitcoin header")
    genesis = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    expect(status(widget)).to_have_text("This header meets its target.")
    shown = read(widget)
    assert shown["hashes"]["hash of the header"] == genesis
    assert shown["numbers"]["nonce"] == 2083236893
    text = widget.get_by_role("textbox", name="Header, 80 bytes in hexadecimal")
    header = text.input_value()
    text.press("End")
    text.press("Control+End")
    text.press("Backspace")
    expect(status(widget)).to_contain_text("here are 159")
    text.press_sequentially("d")
    expect(status(widget)).to_have_text("This header misses its target.")
    assert read(widget)["hashes"]["hash of the header"] != genesis
    text.fill(header)
    expect(status(widget)).to_have_text("This header meets its target.")
    widget.get_by_role("combobox", name="Real header").select_option("125552")
    digest = "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d"
    assert read(widget)["hashes"]["hash of the header"] == digest


def test_a_copied_link_reopens_the_state(visit):
    page = visit(PAGE, permissions=["clipboard-read", "clipboard-write"])
    widget = builder(page)
    set_difficulty(widget, 7)
    fill(widget, "Block 2 data", CROSS)
    press(widget, "Mine from here")
    expect(status(widget)).to_have_text("Chain valid")
    before = read(widget)
    assert before["status"] == "Chain valid"
    press(widget, "Copy link")
    expect(status(widget)).to_have_text("Link copied.")
    again = page.context.new_page()
    again.goto(page.evaluate("navigator.clipboard.readText()"))
    widget = builder(again)
    for arrive in (again.reload, lambda: press(widget, "Reset")):
        assert read(widget) == before
        expect(box(widget, "Block 2 data")).to_have_value(CROSS)
        arrive()
    expect(box(widget, "Block 2 data")).to_have_value(DEFAULTS["blocks"][2][1])


def test_what_a_reader_types_is_only_text(widget):
    fill(widget, "Block 1 data", CROSS)
    fill(widget, "Block 1 transaction 1 receiver", "<b>Bob</b>")
    fill(widget, "Block 2 transaction 1 sender", "<script>alert(1)</script>")
    press(widget, "Merkle tree of block 1")
    expect(widget.get_by_role("option").last).to_contain_text("<img src=x")
    look_at(widget, "Three peers")
    fill(widget, "Peer A block 1 data", CROSS)
    expect(status(widget)).to_contain_text("Peer A")
    press(widget, "Resolve")
    expect(widget.get_by_role("listitem").filter(has_text="Orphaned")).to_contain_text("<img src=x")
    assert widget.locator("img, script, b:text-is('Bob')").count() == 0
    assert "broken into" not in widget.page.title()


def test_the_keyboard_alone_does_everything(widget):
    keys = widget.page.keyboard
    box(widget, "One chain", "radio").focus()
    for name in ("slider", "spinbutton"):
        keys.press("Tab")
        expect(widget.get_by_role(name, name="Difficulty").first).to_be_focused()
    keys.press("Tab")  # Mine from here: nothing to mine
    keys.press("Enter")
    expect(status(widget)).to_have_text("Chain valid")
    for name in ("Add block", "Remove last block", "Verify"):
        keys.press("Tab")
        expect(box(widget, name, "button")).to_be_focused()
    keys.press("Tab")
    keys.type("My ")
    answered(widget)
    expect(box(widget, "Block 0 data")).to_have_value(re.compile("My "))
    expect(status(widget)).to_contain_text("Chain broken at block 0")
    for _ in range(4):
        keys.press("Shift+Tab")
    expect(box(widget, "Mine from here", "button")).to_be_focused()
    keys.press("Space")
    expect(status(widget)).to_have_text("Chain valid")
    expect(box(widget, "Mine from here", "button")).to_be_focused()


def test_it_fits_a_phone(visit):
    widget = builder(visit(PAGE, **PHONE))
    press(widget, "Merkle tree of block 2")
    press(widget, "Verify")
    for view, sign in [
        ("One chain", "verified"),
        ("Three peers", "same"),
        ("Bitcoin header", "meets"),
    ]:
        look_at(widget, view)
        expect(status(widget)).to_contain_text(sign)
        assert widget.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert widget.evaluate(INSIDE)


def test_without_javascript_the_chain_stands_there(visit):
    widget = builder(visit(PAGE, java_script_enabled=False))
    expect(status(widget)).to_have_text("Chain valid")
    expect(box(widget, "Block 1 data")).to_have_value("Alice pays Bob")
    assert widget.evaluate(READ)["hashes"]["hash of block 0"] == first_blocks()[0].hash
