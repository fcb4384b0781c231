"""Blocks on the stage: how the inputs of a scene keep a chain, and how a reader changes a block."""

from nnlib.bitcoin import is_hash
from nnlib.blockchain import NO_PARENT, Block, Transaction, verify
from nnlib.difficulty import difficulties
from nnlib.stage.checks import Whole as whole_from

BLOCKS, TRANSACTIONS, CHARACTERS, NAME, BITS = 8, 6, 1000, 40, 20  # the most that the stage takes
MOST = BITS + 2  # zero bits that a block may state: with 8 blocks the rule asks for 2 more at most
LARGEST = 2**53 - 1

# A chain as inputs keep it, a block a row: time, data, transactions [sender, receiver, amount],
# previous hash (None: that of the block before), difficulty in bits, nonce.
EXAMPLE = [
    [1231006505, "The first block", [["", "Alice", 50]], None, 12, 3394],
    [1231007105, "Alice pays Bob", [["Alice", "Bob", 20]], None, 12, 648],
    [1231007705, "Both pay Carol", [["Bob", "Carol", 5], ["Alice", "Carol", 10]], None, 12, 1370],
    [1231008305, "Only a note: no coins move", [], None, 12, 1577],
]


_loaded = {}  # blocks by what describes them: most of a chain stays as it is from key to key
_faults = {}  # what was found of a chain, by the network's rule and the hashes of its blocks


def load(rows):
    """Return the list of Block that `rows` describe; else ValueError, a sentence."""
    if not isinstance(rows, (list, tuple)) or not 1 <= len(rows) <= BLOCKS:
        raise ValueError(f"A chain must have 1 to {BLOCKS} blocks.")
    chain = []
    for row in rows:
        try:
            key = repr((len(chain), end(chain), row))
            if key not in _loaded:
                block = _load(len(chain), end(chain), *row)
                if len(_loaded) > 100:
                    _loaded.clear()
                _loaded[key] = block
            chain.append(_loaded[key])
        except (TypeError, ValueError, RuntimeError):  # RuntimeError: nested too deeply
            raise ValueError(
                f"Block {len(chain)} must be [time, data, transactions, previous hash, difficulty, "
                f"nonce]: up to {CHARACTERS} characters, {TRANSACTIONS} transactions, {MOST} bits."
            ) from None
    return chain


def _load(place, parent, time, data, transactions, previous, bits, nonce):
    payments = [
        Transaction(text("A name", sender, NAME), text("A name", receiver, NAME), amount)
        for sender, receiver, amount in transactions
    ]
    if len(payments) > TRANSACTIONS or bits > MOST:
        raise ValueError("beyond the limits")
    records = contents(payments, text("Data", data, CHARACTERS))
    return Block(place, time, records, parent if previous is None else previous, bits, nonce)


def dump(chain):
    """Return the rows that `load` reads."""
    return [
        [
            block.timestamp,
            note(block),
            [[each.sender, each.receiver, each.amount] for each in payments(block)],
            None if block.previous_hash == end(chain[:place]) else block.previous_hash,
            block.difficulty,
            block.nonce,
        ]
        for place, block in enumerate(chain)
    ]


def fault(chain, bits):
    """Return what `verify` says of the chain in a network whose first block must state `bits`."""
    key = bits, tuple([block.hash for block in chain])
    if key not in _faults:
        if len(_faults) > 50:
            _faults.clear()
        stated = chain[0].difficulty
        sentence = f"It states {stated} zero bits; the rule prescribes {bits}."
        _faults[key] = verify(chain) if stated == bits else (0, sentence)
    return _faults[key]


def dues(chain, bits):
    """Return the zero bits that each block must state, and the next, if the first states `bits`."""
    return difficulties(bits, [block.timestamp for block in chain])


def restated(chain, bits):
    """Return the chain with the difficulties that are due, and its links as they were: to mine."""
    due, made = dues(chain, bits), []
    for place, block in enumerate(chain):
        linked = block.previous_hash == end(chain[:place])
        previous = end(made) if linked else block.previous_hash
        made.append(block.replace(difficulty=due[place], previous_hash=previous))
    return made


def end(chain):
    """Return the previous hash of the block to come after `chain`, which may be empty."""
    return chain[-1].hash if chain else NO_PARENT


def payments(block):
    """Return the transactions of the block that move coins."""
    return [each for each in block.transactions if isinstance(each, Transaction)]


def note(block):
    """Return the text that the block carries, its last record; "" if there is none."""
    return "" if isinstance(block.transactions[-1], Transaction) else block.transactions[-1]


def contents(transactions, data):
    """Return the records of a block: its transactions, then its text, unless that is empty."""
    return list(transactions) + ([data] if data or not transactions else [])


def text(name, value, most):
    """Return `value` if it is text of at most `most` characters; else ValueError, a sentence."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text.")
    if len(value) > most:
        raise ValueError(f"{name} may have at most {most} characters, not {len(value)}.")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError(f"{name} holds half a character, which UTF-8 cannot write.")
    return value


def changed(block, item, field, value):
    """Return the block with one field changed; ValueError, a sentence, if the value is refused.

    item None: "data", "time", "difficulty", "nonce" or "previous"; item i: "sender", "receiver" or
    "amount" of transaction i. KeyError or IndexError if there is no such field.
    """
    if item is not None:
        each = payments(block)
        each[item] = each[item].replace(**{field: PARTS[field](value)})
        return block.replace(transactions=contents(each, note(block)))
    if field == "data":
        value = text("The data", value, CHARACTERS)
        return block.replace(transactions=contents(payments(block), value))
    name, check = FIELDS[field]
    return block.replace(**{name: check(value)})


def _hash(value):
    if not is_hash(value):
        raise ValueError("A hash has 64 hexadecimal digits (0-9, a-f).")
    return value


FIELDS = {
    "time": ("timestamp", whole_from("The time", 0, LARGEST)),
    "difficulty": ("difficulty", whole_from("The difficulty", 0, MOST)),
    "nonce": ("nonce", whole_from("The nonce", 0, LARGEST)),
    "previous": ("previous_hash", _hash),
}
PARTS = {
    "sender": lambda value: text("The sender", value, NAME),
    "receiver": lambda value: text("The receiver", value, NAME),
    "amount": whole_from("The amount", 0, LARGEST),
}
