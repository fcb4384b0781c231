"""A chain of blocks: whether it is sound, how much work is in it, how it is saved and loaded.

The module to import from: it also offers what nnlib.block, bitcoin, difficulty and branches define.
What our blocks leave out of Bitcoin's is listed in nnlib.block.
"""

import json

from nnlib import files
from nnlib.bitcoin import (
    bits_to_target,
    double_sha256,
    header_hash,
    is_hash,
    meets_target,
    merkle_proof,
    merkle_root,
    parse_header,
    verify_proof,
)
from nnlib.block import COINBASE, Block, Transaction, expected_hashes, mine, transaction_text, txid
from nnlib.branches import header_work, most_work
from nnlib.difficulty import PERIOD, SPACING, adjusted, next_bits, target_to_bits
from nnlib.text import told

__all__ = [
    "COINBASE",
    "NO_PARENT",
    "PERIOD",
    "REWARD",
    "SPACING",
    "Block",
    "Transaction",
    "bits_to_target",
    "double_sha256",
    "dumps",
    "expected_hashes",
    "header_hash",
    "header_work",
    "load",
    "loads",
    "meets_target",
    "merkle_proof",
    "merkle_root",
    "mine",
    "most_work",
    "next_bits",
    "next_difficulty",
    "parse_header",
    "save",
    "target_to_bits",
    "txid",
    "verify",
    "verify_proof",
    "work",
]

NO_PARENT = "0" * 64  # the previous hash of the first block
REWARD = 50  # the most coins that one block may create
FORMAT, VERSION = "nnlib chain", 1


def verify(chain, first=None):
    """None if the chain (a list of Block) is sound, else (index, reason) of its first fault.

    Each block must stand in its place, hold the hash of the block before, state the difficulty
    that the rule prescribes (see `next_difficulty`) and be mined to it, be no older than the block
    before, and spend only coins that are there. Hashes are computed anew from the fields.

    The first block may choose its difficulty: it founds the network. So give its hash as `first`
    where it is known (ValueError if that is no hash), or compare `work`: of two sound chains the
    cheaper one loses.
    """
    if first is not None and not is_hash(first):
        raise ValueError(f"first must be 64 hexadecimal digits (0-9, a-f), not {told(first)}")
    if not _blocks(chain):
        return 0, "The chain has no first block."
    balances, before = {}, []
    for place, block in enumerate(chain):
        again = _rebuilt(block)
        if not again or again.hash != block.hash:
            return place, "Its fields do not give the hash that it carries."
        if not place and first not in (None, again.hash):
            return 0, f"The first block must be {first}, not {again.hash}."
        fault = _misplaced(again, before) or _overspent(again, balances)
        if fault:
            return place, fault
        before.append(again)
    return None


def next_difficulty(chain):
    """How many zero bits the block to come after `chain` (a list of at least one Block) must state.

    As many as the last block, but after every PERIOD blocks as many as nnlib.difficulty.adjusted
    says. ValueError if there is no first block: it may choose.
    """
    if not _blocks(chain):
        raise ValueError("a chain must have a first block, whose difficulty is free to choose")
    due = chain[-1].difficulty
    if len(chain) % PERIOD == 0:
        took = chain[-1].timestamp - chain[-PERIOD].timestamp
        due = adjusted(due, took, chain[0].difficulty)
    return due


def work(chain):
    """The hashes it takes on average to mine the whole chain: of two sound chains, more wins."""
    return sum([expected_hashes(block.difficulty) for block in _blocks(chain)])


def dumps(chain):
    """The chain, sound or not, as JSON text: a block a line, each with its hash."""
    lines = []
    for block in _blocks(chain):
        transactions = ",".join([transaction_text(each) for each in block.transactions])
        lines.append(
            f'{{"index":{block.index},"timestamp":{block.timestamp},'
            f'"transactions":[{transactions}],"previous_hash":"{block.previous_hash}",'
            f'"difficulty":{block.difficulty},"nonce":{block.nonce},"hash":"{block.hash}"}}'
        )
    blocks = ",\n".join(lines)
    return f'{{"format":"{FORMAT}","version":{VERSION},"blocks":[\n{blocks}\n]}}\n'


def save(chain, path):
    """Write the chain, sound or not, to the file `path`, whole or not at all; see nnlib.files."""
    files.write(path, dumps(chain))


def load(path):
    """The list of blocks in the file that `save` wrote. OSError as `open` has it; see `loads`."""
    with open(path, encoding="utf-8") as file:
        return loads(file.read())


def loads(text):
    """The list of blocks that `dumps` wrote.

    ValueError if the text is anything else, names a key twice, or if a block does not have the hash
    stated for it. (The browser's Python does not see a key twice: there the last one counts.)
    """
    if not isinstance(text, str):
        raise ValueError(f"a saved chain must be text, not {told(text)}")
    try:
        data = json.loads(text, **_HOOK)
    except (ValueError, RuntimeError) as error:  # RuntimeError: nested too deeply
        raise ValueError(f"this is no JSON: {error}") from None
    _check_keys("a saved chain", data, ("format", "version", "blocks"))
    if data["format"] != FORMAT or type(data["version"]) is not int or data["version"] != VERSION:
        found = f"{told(data['format'])} and {told(data['version'])}"
        raise ValueError(f"format and version must be {FORMAT!r} and {VERSION}, not {found}")
    if not isinstance(data["blocks"], list):
        raise ValueError(f"blocks must be a list, not {told(data['blocks'])}")
    return [_loaded(place, item) for place, item in enumerate(data["blocks"])]


def _once(pairs):
    if len(pairs) > len(dict(pairs)):
        raise ValueError("a key stands twice in an object")
    return dict(pairs)


try:
    json.loads("0", object_pairs_hook=_once)
    _HOOK = {"object_pairs_hook": _once}
except TypeError:  # MicroPython
    _HOOK = {}


def _loaded(place, item):
    _check_keys(f"block {place}", item, Block.fields + ("hash",))  # noqa: RUF005
    fields = {name: item[name] for name in Block.fields}
    try:
        if isinstance(fields["transactions"], list):
            fields["transactions"] = [
                Transaction(*each) if isinstance(each, list) and len(each) == 3 else each
                for each in fields["transactions"]
            ]
        block = Block(**fields)
    except ValueError as error:
        raise ValueError(f"block {place}: {error}") from None
    if item["hash"] != block.hash:
        raise ValueError(f"block {place}: its hash is {block.hash}, not {told(item['hash'])}")
    return block


def _check_keys(what, item, names):
    if not isinstance(item, dict) or set(item) != set(names):
        raise ValueError(f"{what} must be an object with exactly the keys {', '.join(names)}")


def _blocks(chain):
    if not isinstance(chain, (list, tuple)) or not all(isinstance(each, Block) for each in chain):
        raise ValueError(f"a chain must be a list of Block, not {told(chain)}")
    return chain


def _rebuilt(block):
    """The block made anew from its fields, None if they are not allowed: it was tampered with."""
    try:
        records = [
            Transaction(*[getattr(each, name) for name in Transaction.fields])
            if isinstance(each, Transaction)
            else each
            for each in block.transactions
        ]
        fields = {name: getattr(block, name) for name in Block.fields} | {"transactions": records}
        return Block(**fields)
    except (AttributeError, TypeError, ValueError):
        return None


def _misplaced(block, before):
    """Why the block cannot stand after those `before`, as a sentence; None if it can."""
    place, parent = len(before), before[-1] if before else None
    if block.index != place:
        return f"It stands at place {place} but calls itself block {block.index}."
    if not parent and block.previous_hash != NO_PARENT:
        return f"The first block must have 64 zeros as previous hash, not {block.previous_hash}."
    if parent and block.previous_hash != parent.hash:
        return f"Its previous hash is {block.previous_hash}; block {place - 1} has {parent.hash}."
    due = next_difficulty(before) if parent else block.difficulty
    if block.difficulty != due:
        return f"It states {block.difficulty} zero bits; the rule prescribes {due}."
    if not block.is_mined:
        return f"Its hash {block.hash} does not start with {block.difficulty} zero bits."
    if parent and block.timestamp < parent.timestamp:
        return f"Its time {block.timestamp} is before {parent.timestamp}, the time of its parent."
    return None


def _overspent(block, balances):
    """The first transaction against the rules, as a sentence; the others change the balances."""
    for place, each in enumerate(block.transactions):
        if isinstance(each, str):
            continue
        owned = balances.get(each.sender, 0)
        if each.sender == COINBASE:
            if place:
                return "Only the first transaction of a block may create coins."
            if each.amount > REWARD:
                return f"It creates {each.amount} coins; a block may create {REWARD}."
        elif each.amount > owned:
            name = each.sender if len(each.sender) <= 80 else told(each.sender)
            return f"{name} pays {each.amount} but owns {owned}."
        else:
            balances[each.sender] = owned - each.amount
        balances[each.receiver] = balances.get(each.receiver, 0) + each.amount
    return None
