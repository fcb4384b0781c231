"""A real Bitcoin block header, checked: its 80 bytes, what they say, its hash and its target."""

from collections import OrderedDict

from nnlib.blockchain import bits_to_target, header_hash, meets_target, parse_header
from nnlib.scenes.chain.cards import count_quantity, date, hash_quantity
from nnlib.stage import quantity

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


def check(text: str, preset: str) -> dict:
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
    name, original = header_hash(header), header_hash(bytes.fromhex(HEADERS[preset]))
    flipped = bin(int(name, 16) ^ int(original, 16)).count("1")
    return (
        shows
        | _against_target(header)
        | {
            "fields": [
                {"part": part, "bytes": digits[2 * start : 2 * stop], "meaning": meaning}
                for part, start, stop, meaning in zip(
                    PARTS, ENDS[:-1], ENDS[1:], _meanings(header), strict=True
                )
            ],
            "hash": hash_quantity("hash of the header", name),
            "flipped": quantity("changed bits", flipped, str(flipped)),
            "compared": f"of the hash's 256 bits differ from those of block {preset}",
        }
    )


def _meanings(header):
    fields = parse_header(header)
    return [
        quantity("version", fields.version, str(fields.version)),
        hash_quantity("previous hash of the header", fields.previous_hash),
        hash_quantity("Merkle root of the header", fields.merkle_root),
        quantity("time", fields.time, f"{fields.time}: {date(fields.time)} UTC"),
        quantity("bits", fields.bits, f"{fields.bits:#010x}"),
        quantity("nonce", fields.nonce, str(fields.nonce)),
    ]


def _against_target(header):
    """Return whether the header meets its own target, in words and in hashes."""
    try:
        target, meets = bits_to_target(parse_header(header).bits), meets_target(header)
    except ValueError as error:
        return {
            "meets": False,
            "verdict": f"{error}",
            "status": f"This header has no target: {error}.",
            "target": None,
            "expected": None,
        }
    return {
        "meets": meets,
        "verdict": f"the hash is {'at most' if meets else 'above'} the target",
        "status": f"This header {'meets' if meets else 'misses'} its target.",
        "target": hash_quantity("target", f"{target:064x}"),
        "expected": count_quantity("expected hashes for the header", 2**256 // (target + 1)),
    }


def flip(text: str) -> str:
    """Return the header with one bit of its Merkle root flipped, as a changed payment would do."""
    digits = _digits(text)
    if digits[73:74] not in list(HEX):  # also where the text ends before
        return text
    return digits[:73] + f"{int(digits[73], 16) ^ 1:x}" + digits[74:]


def _digits(text):
    capitals = {"A": "a", "B": "b", "C": "c", "D": "d", "E": "e", "F": "f"}  # lower() is not alike
    return "".join([capitals.get(c, c) for c in text if c not in " \t\r\n"])
