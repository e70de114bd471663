"""Drives the server with two generations of the official Python SDK, unchanged.

Reads KEYHAVEN_CLIENT (path of a client.json); prints one line per check; any exception ends with status 1.
"""
import base64
import json
import os
import sys

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

SETTINGS = json.load(open(os.environ["KEYHAVEN_CLIENT"]))
ENDPOINT = SETTINGS["httpEndpoint"].replace("http://", "").rstrip("/")
CLIENT = AcsClient(SETTINGS["accessKeyId"], SETTINGS["accessKeySecret"], SETTINGS["regionId"])


def call(action, method="POST", **parameters):
    request = CommonRequest(domain=ENDPOINT, version="2016-01-20", action_name=action)
    request.set_protocol_type("http")
    request.set_method(method)
    for name, value in parameters.items():
        request.add_query_param(name, value)
    return json.loads(CLIENT.do_action_with_exception(request))


def check(name, condition):
    if not condition:
        print("FAILED", name)
        sys.exit(1)
    print("ok", name)


def first_generation():
    key = call("CreateKey", Description="from Python, 测试")["KeyMetadata"]
    check("core CreateKey", key["KeyState"] == "Enabled")
    alias = "alias/python/%s" % key["KeyId"][:8]
    call("CreateAlias", AliasName=alias, KeyId=key["KeyId"])
    plaintext = base64.b64encode("测试消息".encode()).decode()
    sealed = call("Encrypt", KeyId=alias, Plaintext=plaintext, EncryptionContext='{"a":"1"}')
    opened = call("Decrypt", method="GET", CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext='{ "a" : "1" }')
    check("core Encrypt and Decrypt", opened["Plaintext"] == plaintext)
    call("UpdateRotationPolicy", KeyId=key["KeyId"], EnableAutomaticRotation=True, RotationInterval="604800s")
    described = call("DescribeKey", KeyId=key["KeyId"])["KeyMetadata"]
    check("core rotation", described["RotationInterval"] == "604800s" and described["AutomaticRotation"] == "Enabled")
    tags = '[{"TagKey":"testA","TagValue":"123456"},{"TagKey":"testB","TagValue":"abcdef"}]'
    call("TagResource", KeyId=key["KeyId"], Tags=tags)
    check("core tags", len(call("ListResourceTags", KeyId=key["KeyId"])["Tags"]["Tag"]) == 2)
    try:
        call("DescribeKey", KeyId="00000000-0000-4000-8000-000000000000")
        check("core error", False)
    except ServerException as error:
        check("core error", error.get_error_code() == "Forbidden.KeyNotFound" and error.get_http_status() == 404)


def wrong_secret():
    client = AcsClient(SETTINGS["accessKeyId"], "wrong", SETTINGS["regionId"])
    request = CommonRequest(domain=ENDPOINT, version="2016-01-20", action_name="ListKeys")
    request.set_protocol_type("http")
    try:
        client.do_action_with_exception(request)
        check("core wrong secret", False)
    except Exception as error:  # the SDK turns the code into its own when the echoed text equals its own
        check("core wrong secret", "SignatureDoesNotMatch" in str(error) or "InvalidAccessKeySecret" in str(error))


def second_generation():
    from alibabacloud_kms20160120 import models
    from alibabacloud_kms20160120.client import Client
    from alibabacloud_tea_openapi.models import Config

    client = Client(
        Config(
            access_key_id=SETTINGS["accessKeyId"],
            access_key_secret=SETTINGS["accessKeySecret"],
            endpoint=ENDPOINT,
            protocol="http",
        )
    )
    key = client.create_key(models.CreateKeyRequest(key_spec="EC_P256", key_usage="SIGN/VERIFY")).body.key_metadata
    versions = client.list_key_versions(models.ListKeyVersionsRequest(key_id=key.key_id)).body
    version = versions.key_versions.key_version[0].key_version_id
    digest = base64.b64encode(bytes(range(32))).decode()
    named = dict(key_id=key.key_id, key_version_id=version, algorithm="ECDSA_SHA_256", digest=digest)
    value = client.asymmetric_sign(models.AsymmetricSignRequest(**named)).body.value
    check("tea AsymmetricSign", client.asymmetric_verify(models.AsymmetricVerifyRequest(value=value, **named)).body.value is True)
    aes = client.create_key(models.CreateKeyRequest()).body.key_metadata
    data_key = client.generate_data_key(models.GenerateDataKeyRequest(key_id=aes.key_id, encryption_context={"k": "v"})).body
    opened = client.decrypt(
        models.DecryptRequest(ciphertext_blob=data_key.ciphertext_blob, encryption_context={"k": "v"})
    ).body
    check("tea GenerateDataKey and Decrypt", opened.plaintext == data_key.plaintext)
    try:
        client.decrypt(models.DecryptRequest(ciphertext_blob=data_key.ciphertext_blob))
        check("tea error", False)
    except Exception as error:
        check("tea error", getattr(error, "code", "") == "InvalidParameter")


first_generation()
wrong_secret()
second_generation()
print("all checks passed")
