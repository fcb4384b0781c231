"""Useful work by matrix products: exact products, tickets that a stranger checks, no short cuts."""

from collections import Counter
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib.bitcoin import merkle_root
from nnlib.literature import matrix_work
from nnlib.literature.matrix_work import (
    PRIME,
    TILE,
    easy_input,
    gaps,
    mine,
    multiply,
    noise,
    partial_tiles,
    pseudorandom,
    roots,
    shortcut,
    ticket,
    verify,
    winners,
)


def random(seed, size=48):
    return np.random.default_rng(seed).integers(PRIME, size=(2, size, size))


def matrices(size):
    return arrays(np.int64, (2, size, size), elements=st.integers(0, PRIME - 1))


@pytest.fixture(scope="module")
def found():
    """A product with its winning tickets, opened."""
    A, B = random(0)
    done = mine(A, B, "header", bits=4)
    assert len(done.tickets) > 5
    return [ticket(A, B, place) for place in done.tickets]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([8, 16, 24]).flatmap(matrices), st.text(max_size=9), st.integers(0, 9))
def test_the_product_is_exact_whatever_the_noise(pair, header, rank):
    A, B = pair
    # Python's whole numbers cannot overflow.
    exact = A.astype(object) @ B.astype(object) % PRIME
    assert np.array_equal(mine(A, B, header, rank=rank).product, exact.astype(np.int64))


def test_the_partial_tiles_are_what_the_definition_says():
    A, B = random(1, 24)
    tiles = partial_tiles(A, B)
    assert tiles.shape == (3, 3, 3, TILE, TILE)
    for depth, row, column in np.ndindex(3, 3, 3):
        width = TILE * (depth + 1)
        sub = A[TILE * row : TILE * (row + 1), :width] @ B[:width, TILE * column :][:, :TILE]
        assert np.array_equal(tiles[depth, row, column], sub % PRIME)


def test_multiplications_are_counted_as_the_formula_says():
    for size, rank in ((48, 8), (96, 8), (48, 3), (48, 0)):
        done = mine(*random(2, size), "header", rank=rank)
        assert done.multiplications == size**3 + 6 * rank * size**2
        assert done.tiles == (size // TILE) ** 3
    tally = Counter()
    multiply(np.ones((5, 2, 3), int), np.ones((5, 3, 4), int), tally)
    assert tally["multiplications"] == 5 * 2 * 3 * 4


def test_the_prime_is_prime_and_pseudorandom_numbers_are_even():
    assert all(PRIME % divisor for divisor in range(2, 256))
    drawn = pseudorandom("x", 200, 200)
    assert drawn.min() >= 0 and drawn.max() < PRIME
    error = PRIME / np.sqrt(12 * drawn.size)
    assert abs(drawn.mean() - (PRIME - 1) / 2) < 4 * error
    assert not np.array_equal(drawn, pseudorandom("y", 200, 200))


def test_noise_follows_from_the_header_and_both_matrices():
    A, B = random(3)
    before = noise("header", roots(A, B), 48)
    assert [part.shape for part in before] == [(48, 8), (8, 48)] * 2
    other_A, other_B = A.copy(), B.copy()
    other_A[40, 5] ^= 1
    other_B[0, 47] ^= 1
    for header, left, right in ("Header", A, B), ("header", other_A, B), ("header", A, other_B):
        after = noise(header, roots(left, right), 48)
        assert all((one != two).mean() > 0.99 for one, two in zip(before, after, strict=True))


def test_the_roots_are_merkle_roots_of_the_strips():
    A, B = random(4, 16)
    strips = [A[:8], A[8:]], [B[:, :8].T, B[:, 8:].T]
    hashes = [[sha256(s.astype("<u4").tobytes()).hexdigest() for s in each] for each in strips]
    assert roots(A, B) == (merkle_root(hashes[0]), merkle_root(hashes[1]))


def test_winners_are_the_hashes_below_the_target():
    tiles = partial_tiles(*random(5))
    for bits in (1, 3, 12):

        def wins(place, target=2 ** (256 - bits)):
            return int(sha256(tiles[place].astype("<u4").tobytes()).hexdigest(), 16) < target

        assert winners(tiles, bits) == [place for place in np.ndindex(6, 6, 6) if wins(place)]


def test_a_stranger_accepts_every_winner_and_no_loser(found):
    assert all(verify(each, "header", bits=4) for each in found)
    A, B = random(0)
    won = {each.place for each in found}
    lost = [place for place in np.ndindex(6, 6, 6) if place not in won][:30]
    assert not any(verify(ticket(A, B, place), "header", bits=4) for place in lost)


def test_the_check_costs_two_strips_of_noise_and_one_row_of_tiles(found):
    for each in found:
        tally, products = Counter(), each.place[0] + 1
        assert verify(each, "header", 4, tally=tally)
        assert tally["multiplications"] == products * TILE**3 * 3


def test_another_header_is_another_draw(found):
    again = [verify(each, f"header {i}", bits=4) for each in found for i in range(60)]
    luck = 1 / 16
    assert abs(np.mean(again) - luck) < 4 * np.sqrt(luck / len(again))


@pytest.mark.parametrize("place", [(6, 0, 0), (0, 6, 0), (0, 0, 6), (-1, 0, 0), (0, -1, 0)])
def test_no_place_outside_the_product_verifies(found, place):
    assert not verify(found[0]._replace(place=place), "header", bits=1)


def test_no_strip_or_root_can_be_changed(found):
    for each in found:
        for side in (0, 1):
            strips = [strip.copy() for strip in each.strips]
            strips[side][0, 0] ^= 1
            assert not verify(each._replace(strips=strips), "header", bits=1)
            others = list(each.roots)
            others[side] = "0" * 64
            assert not verify(each._replace(roots=tuple(others)), "header", bits=1)
        moved = (each.place[0], (each.place[1] + 1) % 6, each.place[2])
        assert not verify(each._replace(place=moved), "header", bits=1)
        narrow = [each.strips[0], each.strips[1][:, :40]]
        assert not verify(each._replace(strips=narrow), "header", bits=1)


@pytest.mark.parametrize(("rank", "added"), [(0, 8), (1, 8), (1, 0), (3, 4)])
def test_the_shortcut_gives_the_same_tiles(rank, added):
    rng = np.random.default_rng(6)
    shapes = (48, rank), (rank, 48)
    A, B = (tuple(rng.integers(PRIME, size=shape) for shape in shapes) for _ in range(2))
    parts = noise("header", roots(multiply(*A), multiply(*B)), 48, added)
    pairs = [(A, *parts[:2]), (B, *parts[2:])]
    noisy = [(multiply(*M) + multiply(left, right)) % PRIME for M, left, right in pairs]
    factors = [(np.hstack([M[0], left]), np.vstack([M[1], right])) for M, left, right in pairs]
    assert np.array_equal(shortcut(*factors), partial_tiles(*noisy))


def test_noise_of_the_rank_of_a_tile_closes_the_shortcut():
    random_input, easy = (easy_input("header", easy)[1] for easy in (None, 1))
    assert random_input == easy == 48**3 + 2 * 8 * 48**2  # the shortcut is not worth its while
    cost = {rank: easy_input("header", 1, rank)[1] for rank in (0, 1, 2, 4, 8)}
    assert list(cost.values()) == sorted(cost.values())
    assert random_input / cost[0] > 7
    assert 1.1 < random_input / easy_input("header", 0)[1] < 1.15


def test_times_between_winners_are_geometric():
    waits = gaps([f"block {i}" for i in range(150)])
    mean, count = 2**6, len(waits)
    assert count > 400
    assert abs(waits.mean() - mean) < 4 * mean / np.sqrt(count)
    assert abs(waits.std() / waits.mean() - np.sqrt(1 - 1 / mean)) < 4 / np.sqrt(count)
    late = waits[waits > mean] - mean  # whoever has drawn 64 in vain is no nearer
    assert abs(late.mean() - mean) < 4 * mean / np.sqrt(len(late))


def test_noise_known_before_the_matrices_are_chosen_would_be_taken_off(monkeypatch):
    monkeypatch.setattr(matrix_work, "roots", lambda A, B: ("", ""))
    parts = noise("header", ("", ""), 48)
    A, B = (-multiply(*parts[2 * i : 2 * i + 2]) % PRIME for i in range(2))
    done = mine(A, B, "header", bits=1)
    assert np.array_equal(done.product, A @ B % PRIME)
    assert len(done.tickets) in (0, done.tiles)  # all tiles are zeros: one hash for all


A, B = random(7, 16)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: mine(A[:, :8], B, "x"), "A must be int64, square"),
        (lambda: mine(A, B[:8, :8], "x"), "B must be int64"),
        (lambda: mine(A[:9, :9], B[:9, :9], "x"), r"a multiple of 8 wide .* not int64 \(9, 9\)"),
        (lambda: mine(A - 1 - A.max(), B, "x"), "from 0 to 65520"),
        (lambda: mine(A, B + PRIME, "x"), "B must be"),
        (lambda: mine(A.astype(float), B, "x"), "not float64"),
        (lambda: mine(A[:0, :0], B[:0, :0], "x"), "A must be"),
        (lambda: mine(A, B, "x", bits=0), "bits must be a whole number from 1 to 64, not 0"),
        (lambda: mine(A, B, "x", bits=65), "not 65"),
    ],
)
def test_bad_input_is_a_clear_error(call, said):
    with pytest.raises(ValueError, match=said):
        call()
