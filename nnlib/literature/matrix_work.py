"""Useful work by matrix products: a toy of the idea of Komargodski and Weinstein (2025).

They (arXiv:2504.09971) let a miner multiply any matrices A and B, hidden behind noise that the
block's header prescribes. What is hashed is the computation on the way; then the noise is taken off
and the product is left, exact. Made from the abstract and from summaries, not from the paper: each
partial tile is a lottery ticket here, the noise also depends on A and B, and a Merkle tree opens
the two strips that a ticket needs.
"""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256, shake_256
from typing import NamedTuple

import numpy as np

from nnlib.bitcoin import merkle_proof, merkle_root, verify_proof
from nnlib.network import is_count

PRIME = 65521  # all numbers are whole, modulo the largest prime below 2**16
BITS = 6  # zero bits of a ticket
TILE = 8  # rows and columns of a tile, and the rank of the noise

Place = tuple[int, ...]  # of a tile: depth, row, column; depth + 1 products are in it


class Ticket(NamedTuple):
    """A tile that won."""

    place: Place
    strips: list[np.ndarray]  # of A and B that it was made from
    roots: tuple[str, str]  # of all strips
    proofs: list[list]  # the ways up to them


class Work(NamedTuple):
    """What a product gave and took."""

    product: np.ndarray  # A B, exact
    tickets: list[Place]  # the tiles that won
    tiles: int  # how many were drawn
    multiplications: int  # all of them


def multiply(A: np.ndarray, B: np.ndarray, tally: Counter | None = None) -> np.ndarray:
    """A B modulo 65521, int64, or of stacks of matrices; counts in tally["multiplications"]."""
    C = A @ B % PRIME
    if tally is not None:
        tally["multiplications"] += C.size * A.shape[-1]
    return C


def pseudorandom(text: str, *shape: int) -> np.ndarray:
    """Whole numbers from 0 to 65520 in that shape, int64, which `text` prescribes (SHAKE-256)."""
    drawn = shake_256(text.encode()).digest(4 * int(np.prod(shape)))
    return (np.frombuffer(drawn, "<u4").astype(np.int64) % PRIME).reshape(shape)


def noise(header: str, roots: tuple[str, str], size: int, rank: int = TILE) -> list[np.ndarray]:
    """Four factors of the noise, int64: E = left @ right for A, then F = left @ right for B.

    Shapes (size, rank) and (rank, size), twice. They follow from the header and, by the roots, from
    A and B: were they known before A is chosen, A = -E would turn all of it into zeros.
    """
    name = f"{header} {roots[0]} {roots[1]}"
    shapes = [(size, rank), (rank, size)] * 2
    return [pseudorandom(f"{name} {part}", *shape) for part, shape in enumerate(shapes)]


def partial_tiles(A: np.ndarray, B: np.ndarray, tally: Counter | None = None) -> np.ndarray:
    """All partial sums of the tiles of A B, int64 [depth, row, column, 8, 8], by tiles of eight."""
    cut = len(A) // TILE
    left = A.reshape(cut, TILE, cut, TILE).transpose(2, 0, 1, 3)  # [depth, row, 8, 8]
    right = B.reshape(cut, TILE, cut, TILE).transpose(0, 2, 1, 3)  # [depth, column, 8, 8]
    return multiply(left[:, :, None], right[:, None], tally).cumsum(axis=0) % PRIME


def shortcut(
    A: tuple[np.ndarray, np.ndarray],
    B: tuple[np.ndarray, np.ndarray],
    tally: Counter | None = None,
) -> np.ndarray:
    """The partial tiles of A B from factors of low rank, A = (left, right), B = (left, right).

    What is between the outer factors does not depend on the row, so it is worked out but once.
    """
    (left, inner), (other, right) = A, B
    cut, rank = len(left) // TILE, left.shape[1]
    inner = inner.reshape(-1, cut, TILE).transpose(1, 0, 2)  # [depth, rank, 8]
    other = other.reshape(cut, TILE, -1)
    middle = multiply(inner, other, tally).cumsum(axis=0) % PRIME  # [depth, rank, rank]
    right = right.reshape(-1, cut, TILE).transpose(1, 0, 2)  # [column, rank, 8]
    half = multiply(middle[:, None], right, tally)  # [depth, column, rank, 8]
    return multiply(left.reshape(cut, TILE, rank)[:, None], half[:, None], tally)


def winners(tiles: np.ndarray, bits: int) -> list[Place]:
    """The places (depth, row, column) of the tiles whose SHA-256 starts with `bits` zero bits."""
    flat = tiles.astype("<u4").reshape(-1, TILE * TILE)
    places = [place for place, tile in enumerate(flat) if _wins(tile, bits)]
    return [tuple(map(int, np.unravel_index(place, tiles.shape[:3]))) for place in places]


def mine(A: np.ndarray, B: np.ndarray, header: str, bits: int = BITS, rank: int = TILE) -> Work:
    """Multiply A by B modulo 65521 and draw a ticket with every partial tile: Work.

    A and B: int64 (size, size), from 0 to 65520, size a multiple of 8. header: any text. bits: the
    zero bits that a ticket needs. rank: of the noise; 0 leaves it out, the control.
    ValueError for matrices that do not fit and bits that are not a whole number from 1 to 64.
    """
    _check_product(A, B, bits)
    tally: Counter = Counter()
    E_left, E_right, F_left, F_right = noise(header, roots(A, B), len(A), rank)
    noisy_A = (A + multiply(E_left, E_right, tally)) % PRIME
    noisy_B = (B + multiply(F_left, F_right, tally)) % PRIME
    tiles = partial_tiles(noisy_A, noisy_B, tally)
    noisy = tiles[-1].transpose(0, 2, 1, 3).reshape(A.shape)
    # (A + E)(B + F) = A B + A F + E (B + F), and products with thin factors are cheap.
    extra = multiply(multiply(A, F_left, tally), F_right, tally)
    extra += multiply(E_left, multiply(E_right, noisy_B, tally), tally)
    count = int(np.prod(tiles.shape[:3]))
    return Work((noisy - extra) % PRIME, winners(tiles, bits), count, tally["multiplications"])


def roots(A: np.ndarray, B: np.ndarray) -> tuple[str, str]:
    """The Merkle roots of the strips of A, eight rows each, and of B, eight columns each."""
    return merkle_root(_strip_hashes(A)), merkle_root(_strip_hashes(B.T))


def ticket(A: np.ndarray, B: np.ndarray, place: Place) -> Ticket:
    """The Ticket for that place (depth, row, column): all that a stranger needs to check it."""
    _, row, column = place
    pairs = [(A, row), (B.T, column)]
    strips = [M[TILE * at : TILE * (at + 1)] for M, at in pairs]
    proofs = [merkle_proof(_strip_hashes(M), at) for M, at in pairs]
    return Ticket(place, strips, roots(A, B), proofs)


def verify(
    ticket: Ticket,
    header: str,
    bits: int = BITS,
    rank: int = TILE,
    tally: Counter | None = None,
) -> bool:
    """Whether the ticket's tile, made again from its two strips and this header, wins."""
    (depth, row, column), (rows, columns) = ticket.place, ticket.strips
    cut = rows.shape[1] // TILE
    if not all(0 <= at < cut for at in ticket.place) or columns.shape != rows.shape:
        return False
    sides = zip(ticket.strips, (row, column), ticket.roots, ticket.proofs, strict=True)
    for strip, at, root, proof in sides:
        side = ["right" if not at >> level & 1 else "left" for level in range(len(proof))]
        if [step[0] for step in proof] != side or not verify_proof(_hash(strip), proof, root):
            return False
    E_left, E_right, F_left, F_right = noise(header, ticket.roots, rows.shape[1], rank)
    width = TILE * (depth + 1)
    own = slice(TILE * row, TILE * (row + 1)), slice(TILE * column, TILE * (column + 1))
    noisy_A = rows[:, :width] + multiply(E_left[own[0]], E_right[:, :width], tally)
    noisy_B = columns.T[:width] + multiply(F_left[:width], F_right[:, own[1]], tally)
    return _wins(multiply(noisy_A % PRIME, noisy_B % PRIME, tally).astype("<u4"), bits)


def _wins(tile, bits):
    return int.from_bytes(sha256(tile.tobytes()).digest()[:8], "big") >> (64 - bits) == 0


def _hash(strip):
    return sha256(strip.astype("<u4").tobytes()).hexdigest()


def _strip_hashes(M):
    return [_hash(M[start : start + TILE]) for start in range(0, len(M), TILE)]


def _check_product(A, B, bits):
    for name, M in ("A", A), ("B", B):
        square = M.ndim == 2 and 0 < len(M) == M.shape[1] == len(A) and len(M) % TILE == 0
        if not square or M.dtype != np.int64 or M.min() < 0 or M.max() >= PRIME:
            raise ValueError(
                f"{name} must be int64, square, as large as the other, a multiple of {TILE} wide "
                f"and from 0 to {PRIME - 1}, not {M.dtype} {M.shape}"
            )
    if not is_count(bits) or bits > 64:
        raise ValueError(f"bits must be a whole number from 1 to 64, not {bits!r}")


def gaps(headers: Iterable[str], size: int = 48, bits: int = BITS, seed: int = 0) -> np.ndarray:
    """The tiles drawn from one winner to the next, over a random product for each header: array."""
    rng, places, drawn = np.random.default_rng([seed, 10]), [], 0
    for header in headers:
        A, B = rng.integers(PRIME, size=(2, size, size))
        done = mine(A, B, header, bits)
        shape = [size // TILE] * 3
        places += [drawn + int(np.ravel_multi_index(place, shape)) for place in done.tickets]
        drawn += done.tiles
    return np.diff(places)


def easy_input(
    header: str,
    easy: int | None = 1,
    rank: int = TILE,
    size: int = 48,
    bits: int = BITS,
    seed: int | list[int] = 0,
) -> tuple[int, int]:
    """A miner who wants tickets, not products: the winning tiles and the multiplications they cost.

    easy: the rank of the A and B that he picks, whose factors he knows; 0 are zeros; None a random
    input. rank: of the noise. seed: what numpy's default_rng takes. He forms the tiles by
    `partial_tiles` or by `shortcut`, whichever is cheaper, and never takes the noise off.
    """
    rng = np.random.default_rng(seed)
    inner = size if easy is None else easy

    def factors() -> tuple[np.ndarray, np.ndarray]:
        return rng.integers(PRIME, size=(size, inner)), rng.integers(PRIME, size=(inner, size))

    (A, A_right), (B, B_right) = factors(), factors()
    plain_A, plain_B = multiply(A, A_right), multiply(B, B_right)
    E, E_right, F, F_right = noise(header, roots(plain_A, plain_B), size, rank)
    cost: Counter = Counter()
    noisy_A = (plain_A + multiply(E, E_right, cost)) % PRIME
    noisy_B = (plain_B + multiply(F, F_right, cost)) % PRIME
    tiles = partial_tiles(noisy_A, noisy_B, cost)
    if easy is not None:
        short: Counter = Counter()
        shortcut(
            (np.hstack([A, E]), np.vstack([A_right, E_right])),
            (np.hstack([B, F]), np.vstack([B_right, F_right])),
            short,
        )
        cost = min(cost, short, key=lambda tally: tally["multiplications"])
    return len(winners(tiles, bits)), cost["multiplications"]
