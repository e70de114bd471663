"""Drives the instance gateway with the official Python instance SDK and its TransferClient, unchanged.

Reads KEYHAVEN_CLIENT (path of a client.json), KEYHAVEN_CLIENT_KEY (ClientKey file), KEYHAVEN_CLIENT_KEY_PASSWORD_FILE,
KEYHAVEN_CA (PEM), KEYHAVEN_SYMMETRIC_KEY, KEYHAVEN_SIGNING_KEY, KEYHAVEN_SIGNING_VERSION.
"""
import base64
import json
import os
import sys

from alibabacloud_kms20160120 import models
from alibabacloud_kms_kms20160120.models import KmsConfig
from alibabacloud_kms_kms20160120.transfer_client import TransferClient
from alibabacloud_tea_openapi.models import Config
from openapi import models as instance_models
from sdk import models as api
from sdk.client import Client

SETTINGS = json.load(open(os.environ["KEYHAVEN_CLIENT"]))
HOST = SETTINGS["endpoint"].replace("https://", "").rstrip("/")
PASSWORD = open(os.environ["KEYHAVEN_CLIENT_KEY_PASSWORD_FILE"]).read().strip()
SYMMETRIC = os.environ["KEYHAVEN_SYMMETRIC_KEY"]
SIGNING = os.environ["KEYHAVEN_SIGNING_KEY"]


def check(name, condition):
    if not condition:
        print("FAILED", name)
        sys.exit(1)
    print("ok", name)


def instance_config(factory, **more):
    config = factory(
        endpoint=HOST,
        protocol="https",
        client_key_file=os.environ["KEYHAVEN_CLIENT_KEY"],
        password=PASSWORD,
        **more
    )
    config.ca_file_path = os.environ["KEYHAVEN_CA"]
    return config


def instance_sdk():
    client = Client(instance_config(instance_models.Config))
    message = "测试消息".encode()
    sealed = client.encrypt(api.EncryptRequest(key_id=SYMMETRIC, plaintext=message))
    opened = client.decrypt(
        api.DecryptRequest(key_id=SYMMETRIC, ciphertext_blob=sealed.ciphertext_blob, iv=sealed.iv)
    )
    check("instance Encrypt and Decrypt", opened.plaintext == message)
    advanced = client.advance_encrypt(api.AdvanceEncryptRequest(key_id=SYMMETRIC, plaintext=message, aad=b"aad"))
    opened = client.advance_decrypt(api.AdvanceDecryptRequest(ciphertext_blob=advanced.ciphertext_blob, aad=b"aad"))
    check("instance AdvanceEncrypt and AdvanceDecrypt", opened.plaintext == message)
    data_key = client.generate_data_key(api.GenerateDataKeyRequest(key_id=SYMMETRIC, number_of_bytes=32))
    check("instance GenerateDataKey", len(data_key.plaintext) == 32)
    pair = client.generate_data_key_pair(
        api.GenerateDataKeyPairRequest(key_id=SYMMETRIC, key_pair_spec="EC_P256", key_format="PEM")
    )
    check("instance GenerateDataKeyPair", pair.public_key.startswith(b"-----BEGIN PUBLIC KEY-----"))
    check("instance GenerateRandom", len(client.generate_random(api.GenerateRandomRequest(length=24)).random) == 24)
    signature = client.sign(api.SignRequest(key_id=SIGNING, message=message, message_type="RAW"))
    verified = client.verify(
        api.VerifyRequest(key_id=SIGNING, message=message, message_type="RAW", signature=signature.signature)
    )
    check("instance Sign and Verify", verified.value is True)
    check("instance GetPublicKey", "PUBLIC KEY" in client.get_public_key(api.GetPublicKeyRequest(key_id=SIGNING)).public_key)
    try:
        client.get_secret_value(api.GetSecretValueRequest(secret_name="none"))
        check("instance GetSecretValue", False)
    except Exception as error:
        check("instance GetSecretValue", getattr(error, "code", "") in ("Forbidden.ResourceNotFound", "Forbidden.NoPermission"))


def transfer_client(force_low_version):
    name = "transfer (low version)" if force_low_version else "transfer"
    kms_config = instance_config(KmsConfig)
    kms_config.force_low_version_crypto_transfer = force_low_version
    config = Config(
        access_key_id=SETTINGS["accessKeyId"],
        access_key_secret=SETTINGS["accessKeySecret"],
        endpoint=SETTINGS["httpEndpoint"].replace("http://", ""),
        protocol="http",
    )
    client = TransferClient(config=config, kms_config=kms_config)
    shared = TransferClient(config=config)
    plaintext = base64.b64encode(b"hello").decode()
    sealed = client.encrypt(models.EncryptRequest(key_id=SYMMETRIC, plaintext=plaintext)).body
    for reader, where in ((client, "instance"), (shared, "OpenAPI")):
        opened = reader.decrypt(models.DecryptRequest(ciphertext_blob=sealed.ciphertext_blob)).body
        check("%s Encrypt opens at the %s gateway" % (name, where), opened.plaintext == plaintext)
    old = shared.encrypt(models.EncryptRequest(key_id=SYMMETRIC, plaintext=plaintext)).body
    opened = client.decrypt(models.DecryptRequest(ciphertext_blob=old.ciphertext_blob)).body
    check("%s opens what the OpenAPI gateway sealed" % name, opened.plaintext == plaintext)
    data_key = client.generate_data_key(models.GenerateDataKeyRequest(key_id=SYMMETRIC)).body
    opened = shared.decrypt(models.DecryptRequest(ciphertext_blob=data_key.ciphertext_blob)).body
    check("%s GenerateDataKey" % name, opened.plaintext == data_key.plaintext)
    named = dict(
        key_id=SIGNING,
        key_version_id=os.environ["KEYHAVEN_SIGNING_VERSION"],
        algorithm="ECDSA_SHA_256",
        digest=base64.b64encode(bytes(range(32))).decode(),
    )
    value = client.asymmetric_sign(models.AsymmetricSignRequest(**named)).body.value
    verified = shared.asymmetric_verify(models.AsymmetricVerifyRequest(value=value, **named)).body
    check("%s AsymmetricSign" % name, verified.value is True)


instance_sdk()
transfer_client(False)
transfer_client(True)
print("all checks passed")
