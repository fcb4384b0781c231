"""A chain as rows of JSON, as the state keeps it, and as Blocks; what the rule says of it."""

from typing import Any, Callable

from nnlib.bitcoin import is_hash
from nnlib.block import LARGEST
from nnlib.blockchain import NO_PARENT, Block, Transaction, verify
from nnlib.difficulty import difficulties
from nnlib.stage.checks import Text, Whole

BLOCKS, TRANSACTIONS, CHARACTERS, NAME, BITS = 8, 6, 1000, 40, 20  # the most that the stage takes
MOST = BITS + 2  # zero bits that a block may state: with 8 blocks the rule asks for 2 more at most

# A block a row: time, data, payments [sender, receiver, amount], previous hash (None: that of the
# block before), difficulty in bits, nonce.
EXAMPLE = [
    [1231006505, "The first block", [["", "Alice", 50]], None, 12, 3394],
    [1231007105, "Alice pays Bob", [["Alice", "Bob", 20]], None, 12, 648],
    [1231007705, "Both pay Carol", [["Bob", "Carol", 5], ["Alice", "Carol", 10]], None, 12, 1370],
    [1231008305, "Only a note: no coins move", [], None, 12, 1577],
]


def _hash(value):
    if not is_hash(value):
        raise ValueError("A hash has 64 hexadecimal digits (0-9, a-f).")
    return value


FIELDS: "dict[str, Callable]" = {  # what a reader may change of a block, and of a payment
    "data": Text("The data", CHARACTERS),
    "time": Whole("The time", 0, LARGEST, 1),
    "difficulty": Whole("The difficulty", 0, MOST, 1),
    "nonce": Whole("The nonce", 0, LARGEST, 1),
    "previous": _hash,
}
PARTS: "dict[str, Callable]" = {
    "sender": Text("The sender", NAME),
    "receiver": Text("The receiver", NAME),
    "amount": Whole("The amount", 0, LARGEST, 1),
}
OWN_NAMES = {"time": "timestamp", "previous": "previous_hash"}  # those that Block has for fields


_known: dict = {}


def _remembered(key, make):
    """Return make(), computed once for each key.

    From key to key most blocks stay as they are, and each answer reads all four chains twice.
    Without this an answer takes 60 ms in the browser's Python, with it 15.
    """
    if key not in _known:
        if len(_known) > 100:
            _known.clear()
        _known[key] = make()
    return _known[key]


class Rows:
    """The check of a chain as rows: it returns them as `rows_from_blocks` writes them."""

    limits = f"1 to {BLOCKS} blocks, each [time, data, payments, previous hash, difficulty, nonce]"

    def __call__(self, value: Any) -> list[list]:
        return rows_from_blocks(blocks_from_rows(value))


def blocks_from_rows(rows: Any) -> list[Block]:
    """Return the blocks that `rows` describe; else ValueError, a sentence."""
    if not isinstance(rows, (list, tuple)) or not 1 <= len(rows) <= BLOCKS:
        raise ValueError(f"A chain must have 1 to {BLOCKS} blocks.")
    chain: list[Block] = []
    for row in rows:
        try:
            key = repr((len(chain), tip_hash(chain), row))
            chain.append(_remembered(key, lambda row=row: _block(chain, *row)))
        except (TypeError, ValueError, RuntimeError):  # RuntimeError: nested too deeply
            raise ValueError(
                f"Block {len(chain)} must be [time, data, transactions, previous hash, difficulty, "
                f"nonce]: up to {CHARACTERS} characters, {TRANSACTIONS} transactions, {MOST} bits."
            ) from None
    return chain


def _block(before, time, data, paid, previous, bits, nonce):
    if len(paid) > TRANSACTIONS or bits > MOST:
        raise ValueError("beyond the limits")
    paid = [Transaction(PARTS["sender"](s), PARTS["receiver"](r), amount) for s, r, amount in paid]
    previous = tip_hash(before) if previous is None else previous
    return Block(len(before), time, records(paid, FIELDS["data"](data)), previous, bits, nonce)


def rows_from_blocks(chain: list[Block]) -> list[list]:
    """Return the rows that `blocks_from_rows` reads."""
    return [
        [
            block.timestamp,
            text_of(block),
            [[each.sender, each.receiver, each.amount] for each in payments(block)],
            None if block.previous_hash == tip_hash(chain[:place]) else block.previous_hash,
            block.difficulty,
            block.nonce,
        ]
        for place, block in enumerate(chain)
    ]


def with_field(block: Block, path: list, value: Any) -> Block:
    """Return the block with one field changed, the block itself if `path` leads to no field.

    path: ["data"], a key of FIELDS, or ["payments", place, key of PARTS].  ValueError, a sentence,
    if the value is refused.
    """
    paid = payments(block)
    if path == ["data"]:
        return block.replace(transactions=records(paid, FIELDS["data"](value)))
    if len(path) == 1 and path[0] in FIELDS:
        return block.replace(**{OWN_NAMES.get(path[0], path[0]): FIELDS[path[0]](value)})
    if len(path) != 3 or path[0] != "payments" or path[2] not in PARTS:
        return block
    if path[1] not in range(len(paid)):
        return block
    paid[path[1]] = paid[path[1]].replace(**{path[2]: PARTS[path[2]](value)})
    return block.replace(transactions=records(paid, text_of(block)))


def payments(block: Block) -> list[Transaction]:
    """Return the transactions of the block that move coins."""
    return [each for each in block.transactions if isinstance(each, Transaction)]


def text_of(block: Block) -> str:
    """Return the text that the block carries, its last record; "" if there is none."""
    return "" if isinstance(block.transactions[-1], Transaction) else block.transactions[-1]


def records(paid: list[Transaction], text: str) -> list:
    """Return the records of a block: its payments, then its text, unless that is empty."""
    return list(paid) + ([text] if text or not paid else [])


def tip_hash(chain: list[Block]) -> str:
    """Return the previous hash of the block to come after `chain`, which may be empty."""
    return chain[-1].hash if chain else NO_PARENT


def fault(chain: list[Block], bits: int) -> tuple[int, str] | None:
    """Return what `verify` says of the chain in a network whose first block must state `bits`."""
    stated = chain[0].difficulty
    if stated != bits:
        return 0, f"It states {stated} zero bits; the rule prescribes {bits}."
    return _remembered(tuple([block.hash for block in chain]), lambda: verify(chain))


def dues(chain: list[Block], bits: int) -> list[int]:
    """Return the zero bits that each block must state, and the next, if the first states `bits`."""
    return difficulties(bits, [block.timestamp for block in chain])


def restated(chain: list[Block], bits: int) -> list[Block]:
    """Return the chain with the difficulties that are due, and its links as they were: to mine."""
    due = dues(chain, bits)
    made: list[Block] = []
    for place, block in enumerate(chain):
        linked = block.previous_hash == tip_hash(chain[:place])
        previous = tip_hash(made) if linked else block.previous_hash
        made.append(block.replace(difficulty=due[place], previous_hash=previous))
    return made
