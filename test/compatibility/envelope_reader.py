"""Reads and writes envelopes of docs/reference/envelope-format.md, written from that page alone.

Needs Python 3.9 and the package `cryptography`. The data key is given in hexadecimal: unwrapping it is the KMS's part.

    envelope_reader.py open  DATA_KEY_HEX < envelope > plaintext
    envelope_reader.py write DATA_KEY_HEX SALT_HEX SUITE CHUNK_EXPONENT CONTEXT_JSON KEYS_JSON HEADER_BYTES < plaintext > envelope

Standard error gets what the header says, as JSON. Exit status 1: not an authentic envelope.
"""

import hashlib
import hmac
import json
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

MAGIC = bytes.fromhex("894b48450d0a1a0a")
SUITES = {1: ("sha256", algorithms.AES, 32), 2: ("sm3", algorithms.SM4, 16)}


def derive(suite, data_key, binding):
    digest = SUITES[suite][0]
    fixed = b"keyhaven/envelope/v1\x00" + binding + struct.pack(">I", 768)
    output = b"".join(hmac.new(data_key, struct.pack(">I", i) + fixed, digest).digest() for i in (1, 2, 3))
    return output[: SUITES[suite][2]], output[32:64], output[64:96]


def nonce(index, is_last):
    return bytes([1 if is_last else 0]) + bytes(3) + struct.pack(">Q", index)


def context_bytes(context):
    if not context:
        return b""
    pairs = sorted((key.encode(), value.encode()) for key, value in context.items())
    return struct.pack(">I", len(pairs)) + b"".join(struct.pack(">I", len(x)) + x for pair in pairs for x in pair)


def write(plaintext, data_key, salt, suite, exponent, context, keys, header_bytes):
    fixed = MAGIC + bytes([1, suite, exponent, 0])
    encoded = context_bytes(context)
    chunk_key, commitment, header_key = derive(suite, data_key, fixed + salt + encoded)
    body = salt + commitment + struct.pack(">I", len(encoded)) + encoded + struct.pack(">H", len(keys))
    for key in keys:
        fields = [key["name"].encode(), key["keyId"].encode(), key["keyVersionId"].encode(), bytes.fromhex(key["blobHex"])]
        body += b"".join(struct.pack(">H", len(field)) + field for field in fields)
    header = fixed + struct.pack(">I", header_bytes) + body
    header += bytes(header_bytes - 32 - len(header))
    header += hmac.new(header_key, header, SUITES[suite][0]).digest()
    size = 1 << exponent
    chunks = [plaintext[i : i + size] for i in range(0, len(plaintext), size)] or [b""]
    sealed = [seal(suite, chunk_key, nonce(i, i == len(chunks) - 1), chunk) for i, chunk in enumerate(chunks)]
    return header + b"".join(sealed)


def seal(suite, key, iv, chunk):
    encryptor = Cipher(SUITES[suite][1](key), modes.GCM(iv)).encryptor()
    return encryptor.update(chunk) + encryptor.finalize() + encryptor.tag


def read(envelope, data_key):
    if envelope[:8] != MAGIC or envelope[8] != 1 or envelope[11] != 0:
        raise ValueError("unknown format")
    suite, exponent = envelope[9], envelope[10]
    (header_bytes,) = struct.unpack(">I", envelope[12:16])
    header, body = envelope[:header_bytes], envelope[header_bytes:]
    salt, commitment = header[16:48], header[48:80]
    (length,) = struct.unpack(">I", header[80:84])
    encoded, position = header[84 : 84 + length], 84 + length
    chunk_key, expected, header_key = derive(suite, data_key, header[:12] + salt + encoded)
    if not hmac.compare_digest(commitment, expected):
        raise ValueError("another data key")
    if not hmac.compare_digest(header[-32:], hmac.new(header_key, header[:-32], SUITES[suite][0]).digest()):
        raise ValueError("altered header")
    (count,) = struct.unpack(">H", header[position : position + 2])
    position, names = position + 2, []
    for _ in range(count):
        fields = []
        for _ in range(4):
            (length,) = struct.unpack(">H", header[position : position + 2])
            fields.append(header[position + 2 : position + 2 + length])
            position += 2 + length
        names.append(fields[0].decode())
    print(json.dumps({"suite": suite, "chunkBytes": 1 << exponent, "keys": names}), file=sys.stderr)
    step = (1 << exponent) + 16
    pieces = [body[i : i + step] for i in range(0, len(body), step)]
    return b"".join(open_chunk(suite, chunk_key, i, i == len(pieces) - 1, piece) for i, piece in enumerate(pieces))


def open_chunk(suite, key, index, is_last, sealed):
    if len(sealed) < 16 or (index > 0 and len(sealed) == 16):
        raise ValueError("cut short")
    decryptor = Cipher(SUITES[suite][1](key), modes.GCM(nonce(index, is_last), sealed[-16:])).decryptor()
    return decryptor.update(sealed[:-16]) + decryptor.finalize()


def main(arguments):
    content = sys.stdin.buffer.read()
    if arguments[0] == "open":
        sys.stdout.buffer.write(read(content, bytes.fromhex(arguments[1])))
        return
    data_key, salt, suite, exponent, context, keys, header_bytes = arguments[1:]
    sys.stdout.buffer.write(
        write(
            content,
            bytes.fromhex(data_key),
            bytes.fromhex(salt),
            int(suite),
            int(exponent),
            json.loads(context),
            json.loads(keys),
            int(header_bytes),
        )
    )


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (ValueError, InvalidTag, struct.error, IndexError) as error:
        sys.exit(f"not an authentic envelope: {error}")
