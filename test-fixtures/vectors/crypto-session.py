#!/usr/bin/env python3
"""Makes crypto-session.json: python's pow, hashlib and hmac, and the openssl command for AES.

Deterministic: every number is derived from SHA-256 of a label. The file is committed; run this
only to check it (`python3 crypto-session.py | diff - crypto-session.json`) or to extend it.
The steps are those of the Secret Service API, with the shared secret padded to 128 bytes.
"""

import hashlib
import hmac
import json
import subprocess

PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)


def stream(label, length):
    blocks = (hashlib.sha256(f"{label} {n}".encode()).digest() for n in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def exponent(label, bits):
    return int.from_bytes(stream(label, bits // 8), "big") | 1 << (bits - 1)


def hkdf(secret):
    pseudorandom_key = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(pseudorandom_key, b"\x01", "sha256")[:16]


def encrypt(key, iv, plaintext):
    command = ["openssl", "enc", "-aes-128-cbc", "-K", key.hex(), "-iv", iv.hex()]
    return subprocess.run(command, input=plaintext, capture_output=True, check=True).stdout


def minimal(value):
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def agreement(name, ours, theirs):
    secret = pow(pow(2, theirs, PRIME), ours, PRIME).to_bytes(128, "big")
    return {
        "name": name,
        "privateKey": f"{ours:x}",
        "peerPublicKey": minimal(pow(2, theirs, PRIME)).hex(),
        "sharedSecret": secret.hex(),
        "key": hkdf(secret).hex(),
        "isCanonical": secret[0] != 0,
    }


def first(condition, ours, label):
    return next(y for n in range(99999) if condition(ours, y := exponent(f"{label} {n}", 256)))


def agreements():
    ours = exponent("ours", 256)
    short_secret = first(lambda x, y: pow(2, x * y, PRIME) < 1 << 1016, ours, "short secret")
    shorter = first(lambda x, y: pow(2, x * y, PRIME) < 1 << 1008, ours, "shorter secret")
    short_key = first(lambda x, y: pow(2, y, PRIME) < 1 << 1016, ours, "short key")
    top_bit = first(lambda x, y: pow(2, y, PRIME) >= 1 << 1023, ours, "top bit")
    yield agreement("256-bit exponents", ours, exponent("theirs", 256))
    yield agreement("1023-bit exponents", exponent("ours", 1024) >> 1, exponent("theirs", 1024) >> 1)
    yield agreement("secret of 127 bytes", ours, short_secret)
    yield agreement("secret of 126 bytes", ours, shorter)
    yield agreement("peer key of 127 bytes", ours, short_key)
    yield agreement("peer key with its top bit set", ours, top_bit)
    yield agreement("private key 1", 1, exponent("theirs", 256))
    yield agreement("private key 2^1024 - 1", (1 << 1024) - 1, exponent("theirs", 256))
    yield agreement("peer key 2, the smallest", ours, 1)


def fits(value):
    return 1 << 1016 <= value < 1 << 1023


def key_pair(name, unfit):
    """The first exponent from a random one on whose public key has 128 bytes and a clear top bit."""
    start = next(x for n in range(99999) if unfit(pow(2, x := exponent(f"{name} {n}", 256), PRIME)))
    chosen = next(x for x in range(start, start + 99999) if fits(pow(2, x, PRIME)))
    return {
        "name": name,
        "random": f"{start:x}",
        "privateKey": f"{chosen:x}",
        "publicKey": pow(2, chosen, PRIME).to_bytes(128, "big").hex(),
    }


def key_pairs():
    yield key_pair("fits at once", fits)
    yield key_pair("top bit set", lambda value: value >= 1 << 1023)
    yield key_pair("top four bits set", lambda value: value >= 15 << 1020)
    yield key_pair("127 bytes", lambda value: value < 1 << 1016)


def ciphers():
    for length in (0, 1, 15, 16, 17, 32, 100):
        key, iv, plaintext = (stream(f"{part} {length}", n) for part, n in
                              (("key", 16), ("iv", 16), ("plaintext", length)))
        yield {
            "name": f"{length} bytes",
            "key": key.hex(),
            "iv": iv.hex(),
            "plaintext": plaintext.hex(),
            "ciphertext": encrypt(key, iv, plaintext).hex(),
        }


print(json.dumps({
    "source": "crypto-session.py beside this file: python's pow, hashlib and hmac, openssl enc",
    "keyPairs": list(key_pairs()),
    "agreements": list(agreements()),
    "ciphers": list(ciphers()),
}, indent=2))
