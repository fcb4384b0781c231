"""What is shown of a block: its card with signs and reasons, its Merkle tree, hashes and dates."""

# ruff: noqa: B905 (the browser's Python has no zip(strict=))

from nnlib.bitcoin import is_hash
from nnlib.blockchain import Transaction, merkle_proof, merkle_root, txid, verify_proof
from nnlib.stage import quantity
from nnlib.scenes.chain.blocks import TRANSACTIONS, dues, end, note, payments
from nnlib.text import number


def card(chain, place, fault, bits, owner=""):
    """Return what is shown of block `place` in a network whose rule begins with `bits`.

    fault: what _blocks.fault says of the chain; owner: "peer A ".
    """
    block, name, due = chain[place], f"{owner}block {place}", dues(chain[:place], bits)[-1]
    linked = block.previous_hash == end(chain[:place])
    broken = fault is not None and place >= fault[0]
    sign, reason = "valid", ""
    if broken and place == fault[0]:
        sign, reason = "broken", shortened(fault[1])
    elif broken:
        sign = "follows a broken block"
        if not linked:
            reason = f"Its previous hash is not the hash of block {place - 1}."
        elif block.difficulty != due:
            reason = f"It states {block.difficulty} zero bits; the rule prescribes {due}."
        elif not block.is_mined:
            reason = f"Its hash does not start with {block.difficulty} zero bits."
    return {
        "place": place,
        "name": name[0].upper() + name[1:],
        "broken": broken,
        "linked": linked,
        "sign": sign,
        "reason": reason,
        "data": note(block),
        "transactions": [[each.sender, each.receiver, each.amount] for each in payments(block)],
        "full": len(payments(block)) == TRANSACTIONS,
        "date": date(block.timestamp),
        "time": quantity(f"time of {name}", block.timestamp, ""),
        "difficulty": quantity(f"difficulty of {name}", block.difficulty, ""),
        "due": quantity(f"prescribed zero bits of {name}", due, str(due)),
        "nonce": quantity(f"nonce of {name}", block.nonce, str(block.nonce)),
        "zeros": quantity(f"zero bits of {name}", zeros := zero_bits(block.hash), str(zeros)),
        "previous": shown(f"previous hash of {name}", block.previous_hash),
        "merkle": shown(f"Merkle root of {name}", block.merkle_root),
        "hash": shown(f"hash of {name}", block.hash),
    }


def tree(block, leaf):
    """Return the Merkle tree over the records of `block` and the proof that record `leaf` is in it.

    Each node has a mark: "path", what the proof computes; "proof", what it must be told; or "".
    """
    txids = [txid(each) for each in block.transactions]
    leaf = min(leaf, len(txids) - 1)
    proof = merkle_proof(txids, leaf)
    levels = [txids]
    while len(levels[-1]) > 1:
        level = levels[-1] + levels[-1][-1:]  # a last one alone is joined with itself
        levels.append([merkle_root(level[i : i + 2]) for i in range(0, len(level) - 1, 2)])
    rows, node, joined = [], txids[leaf], leaf
    marks = [["" for _ in level] for level in levels]
    for height, (side, sibling) in enumerate(proof):
        marks[height][min(joined ^ 1, len(levels[height]) - 1)] = "proof"
        marks[height][joined] = "path"
        joined >>= 1
        node = levels[height + 1][joined]
        rows.append([f"Step {height + 1}", sibling[:8] + "…", side, node[:8] + "…"])
    marks[-1][0] = "path"
    sound = verify_proof(txids[leaf], proof, block.merkle_root)
    return {
        "place": block.index,
        "leaf": str(leaf),
        "records": [
            {"value": str(i), "text": f"{i + 1}: {describe(each)}"}
            for i, each in enumerate(block.transactions)
        ],
        "levels": [
            [{"text": node[:8], "mark": mark} for node, mark in zip(*level)]
            for level in zip(levels, marks)
        ],
        "table": {
            "caption": f"From record {leaf + 1} ({txids[leaf][:8]}…) to the root: {len(proof)} "
            f"hashes {'prove' if sound else 'do not prove'} that it is in the block",
            "head": ["Proof", "join with", "on the", "gives"],
            "rows": rows,
        },
    }


def describe(record):
    """Return a record as a few words."""
    if not isinstance(record, Transaction):
        return f"“{record[:24]}{'…' if len(record) > 24 else ''}”"
    return f"{record.sender or 'new coins'} → {record.receiver}: {record.amount}"


def shown(name, digits):
    """Return a hash on show: its leading zeros, which are the proof of work, and the rest."""
    rest = digits.lstrip("0") or digits
    return {"name": name, "value": digits, "zeros": digits[: 64 - len(rest)], "rest": rest}


def shortened(sentence):
    """Return the sentence with each hash cut to eight digits, for ears and small screens."""
    words = [(word, word.rstrip(".;,")) for word in sentence.split(" ")]
    return " ".join([bare[:8] + "…" + word[64:] if is_hash(bare) else word for word, bare in words])


def grouped(value):
    """Return a whole number with its digits in groups of three: "16,384"; large ones rounded."""
    return f"{value:,}" if value < 10**15 else number(value, 4)


def zero_bits(digits):
    """Return the number of leading zero bits of a hash in hexadecimal."""
    value = int(digits, 16)
    return 258 - len(bin(value)) if value else 256


def date(seconds):
    """Return seconds since 1970 as a date and time in UTC: "2009-01-03 18:15:05"."""
    days, rest = divmod(seconds, 86400)
    year, month = 1970 + days // 146097 * 400, 1  # 146,097 days are 400 years of the calendar
    days %= 146097
    while days >= (length := 366 if _leap(year) else 365):
        year, days = year + 1, days - length
    while days >= (length := 28 + _leap(year) if month == 2 else 30 + (month + month // 8) % 2):
        month, days = month + 1, days - length
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{year}-{month:02d}-{days + 1:02d} {clock}"


def _leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
