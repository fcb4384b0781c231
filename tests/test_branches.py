"""The branch with the most work among many, against every path through the tree counted anew."""

import struct
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_bitcoin import REAL, raw

from nnlib.blockchain import bits_to_target, header_hash, header_work, most_work

EASY = 0x207FFFFF  # every second hash meets it: the test network's
HARDER = [EASY, 0x203FFFFF, 0x201FFFFF, 0x1F7FFFFF]  # 2, 4, 8, 512 hashes a block


def header(parent, bits, label, meets=True):
    """A header on `parent` (80 bytes or None) that meets its target, or else misses it."""
    previous = sha256(sha256(parent).digest()).digest() if parent else bytes(32)
    for nonce in range(2**32):
        made = struct.pack("<i32s32sIII", 1, previous, label.to_bytes(32, "big"), 0, bits, nonce)
        number = int.from_bytes(sha256(sha256(made).digest()).digest(), "little")
        if (number <= bits_to_target(bits)) == meets:
            return made


def grown(data, size):
    """A random tree: headers, and for each the place of its parent."""
    headers, parents = [header(None, EASY, 0)], [None]
    for label in range(1, size):
        parent = data.draw(st.integers(max(0, label - 4), label - 1))
        headers.append(header(headers[parent], data.draw(st.sampled_from(HARDER)), label))
        parents.append(parent)
    return headers, parents


def path(place, parents):
    return [] if place is None else [*path(parents[place], parents), place]


@given(st.data(), st.integers(1, 14))
@settings(max_examples=60)
def test_the_tip_with_the_most_work_first_seen_at_each_arrival(data, size):
    headers, parents = grown(data, size)
    price = dict(zip(HARDER, [2, 4, 8, 512], strict=True))
    cost = [price[int.from_bytes(each[72:76], "little")] for each in headers]
    for arrived in range(1, size + 1):
        totals = [sum(cost[i] for i in path(place, parents)) for place in range(arrived)]
        best = totals.index(max(totals))  # the first of the best
        tip = most_work(headers[:arrived])
        assert tip == (header_hash(headers[best]), len(path(best, parents)) - 1, totals[best])


@given(st.data(), st.integers(2, 10))
@settings(max_examples=40)
def test_what_misses_its_target_or_hangs_on_nothing_counts_for_nothing(data, size):
    headers, _ = grown(data, size)
    tip = most_work(headers)
    lazy = header(headers[-1], 0x1D00FFFF, 99, meets=False)  # would be 2**32 hashes of work
    lost = header(lazy, EASY, 100)
    stray = header(header(None, EASY, 101), 0x1F7FFFFF, 102)
    broken = headers[-1][:72] + b"\xff\xff\xff\xff" + headers[-1][76:]  # bits without a target
    assert most_work([*headers, lazy, lost, stray, broken, *headers]) == tip
    below = most_work([headers[0], *headers[2:], headers[1]])  # its parent came too late
    assert below.work <= tip.work


def test_a_short_branch_of_hard_blocks_beats_a_long_one():
    root = header(None, EASY, 0)
    long = [root]
    for label in range(1, 20):
        long.append(header(long[-1], EASY, label))
    hard = header(root, 0x1F7FFFFF, 50)
    assert most_work(long) == (header_hash(long[-1]), 19, 40)
    assert most_work([*long, hard]) == (header_hash(hard), 1, 514)


def test_real_headers_in_a_row():
    tip = most_work([raw(0), raw(1), raw(2), raw(1)])
    assert tip == (REAL[2][1], 2, 3 * 0x100010001)  # Bitcoin Core's chainwork of block 2
    assert header_work(raw(125552)) == 2**256 // ((0x44B9F2 << 8 * 0x17) + 1)


@pytest.mark.parametrize("bad", [[], None, 5, "header", [header(None, EASY, 0, meets=False)]])
def test_what_has_no_root(bad):
    with pytest.raises(ValueError, match="headers must be a list that begins with one"):
        most_work(bad)


def test_what_is_no_header():
    for bad in (b"", "00" * 80, None):
        with pytest.raises(ValueError, match="must be 80 bytes"):
            most_work([raw(0), bad])
        with pytest.raises(ValueError, match="must be 80 bytes"):
            header_work(bad)
