"""A real Bitcoin block header, checked: its 80 bytes, what they say, its hash and its target."""

# ruff: noqa: B905 (the browser's Python has no zip(strict=))

from collections import OrderedDict

from nnlib.blockchain import bits_to_target, header_hash, meets_target, parse_header
from nnlib.stage import quantity
from nnlib.scenes.chain.cards import date, grouped, shown

HEADERS = OrderedDict(  # as Bitcoin stores and sends them; each proves itself by its hash
    [
        (
            "0",
            "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e"
            "5e4a29ab5f49ffff001d1dac2b7c",
        ),
        (
            "170",
            "0100000055bd840a78798ad0da853f68974f3d183e2bd1db6a842c1feecf222a00000000ff104ccb05421a"
            "b93e63f8c3ce5c2c2e9dbb37de2764b3a3175c8166562cac7d51b96a49ffff001d283e9e70",
        ),
        (
            "100000",
            "0100000050120119172a610421a6c3011dd330d9df07b63616c2cc1f1cd00200000000006657a9252aacd5"
            "c0b2940996ecff952228c3067cc38d4885efb5a4ac4247e9f337221b4d4c86041b0f2b5710",
        ),
        (
            "125552",
            "0100000081cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000e320b6c2fffc8d"
            "750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122bc7f5d74df2b9441a42a14695",
        ),
    ]
)
HEX = "0123456789abcdef"
TITLES = {"0": "Block 0, the first", "170": "Block 170, the first payment"}
PARTS = ("version", "previous hash", "Merkle root", "time", "bits", "nonce")
ENDS = (0, 4, 36, 68, 72, 76, 80)  # where the parts begin and end, in bytes


def check(text, preset):
    """Return what is shown of the header `text` (hexadecimal; spaces and capitals do not matter).

    preset, a key of HEADERS: the header whose hash this one's is compared with.
    """
    digits = _digits(text)
    shows = {
        "options": [{"value": key, "text": TITLES.get(key, f"Block {key}")} for key in HEADERS],
        "fields": None,
    }
    if any(c not in HEX for c in digits):
        return shows | {"status": "A header has hexadecimal digits only (0-9, a-f)."}
    if len(digits) != 160:
        sentence = f"A header has 80 bytes, 160 hexadecimal digits; here are {len(digits)}."
        return shows | {"status": sentence}
    header = bytes.fromhex(digits)
    fields, name = parse_header(header), header_hash(header)
    original = header_hash(bytes.fromhex(HEADERS[preset]))
    flipped = bin(int(name, 16) ^ int(original, 16)).count("1")
    try:
        target, meets = bits_to_target(fields.bits), meets_target(header)
        limit = shown("target", f"{target:064x}")
        effort = 2**256 // (target + 1)
        expected = quantity("expected hashes for the header", effort, grouped(effort))
        status = "This header meets its target." if meets else "This header misses its target."
        verdict = "the hash is at most the target" if meets else "the hash is above the target"
    except ValueError as error:
        limit, expected, meets, verdict = None, None, False, f"{error}"
        status = f"This header has no target: {error}."
    meanings = [
        quantity("version", fields.version, str(fields.version)),
        shown("previous hash of the header", fields.previous_hash),
        shown("Merkle root of the header", fields.merkle_root),
        quantity("time", fields.time, f"{fields.time}: {date(fields.time)} UTC"),
        quantity("bits", fields.bits, f"{fields.bits:#010x}"),
        quantity("nonce", fields.nonce, str(fields.nonce)),
    ]
    return shows | {
        "meets": meets,
        "verdict": verdict,
        "status": status,
        "fields": [
            {"part": part, "bytes": digits[2 * start : 2 * stop], "meaning": meaning}
            for part, start, stop, meaning in zip(PARTS, ENDS, ENDS[1:], meanings)
        ],
        "hash": shown("hash of the header", name),
        "target": limit,
        "expected": expected,
        "flipped": quantity("changed bits", flipped, str(flipped)),
        "compared": f"of the hash's 256 bits differ from those of block {preset}",
    }


def flip(text):
    """Return the header with one bit of its Merkle root flipped, as a changed payment would do."""
    digits = _digits(text)
    if digits[73:74] not in list(HEX):  # also where the text ends before
        return text
    return digits[:73] + f"{int(digits[73], 16) ^ 1:x}" + digits[74:]


def _digits(text):
    capitals = {"A": "a", "B": "b", "C": "c", "D": "d", "E": "e", "F": "f"}  # lower() is not alike
    return "".join([capitals.get(c, c) for c in text if c not in " \t\r\n"])
