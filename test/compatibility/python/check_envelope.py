"""Opens a four-line envelope with the library the official Python samples use, and writes one of its own.

    check_envelope.py EAX|GCM DATA_KEY_BASE64 CIPHERTEXT_BLOB < envelope > another envelope of the same content
"""

import sys
from base64 import b64decode, b64encode

from Crypto.Cipher import AES

mode = {"EAX": AES.MODE_EAX, "GCM": AES.MODE_GCM}[sys.argv[1]]
data_key = b64decode(sys.argv[2])
blob, nonce, ciphertext, tag = sys.stdin.read().splitlines()
if blob != sys.argv[3]:
    sys.exit("the first line is not the encrypted data key")
content = AES.new(data_key, mode, b64decode(nonce)).decrypt_and_verify(b64decode(ciphertext), b64decode(tag))

cipher = AES.new(data_key, mode)
ciphertext, tag = cipher.encrypt_and_digest(content)
print(blob)
for part in (cipher.nonce, ciphertext, tag):
    print(b64encode(part).decode())
