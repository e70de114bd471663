"""The official Python SDKs of three generations as they are written for the cloud: no endpoint, or one of the cloud's.

Reads ALIBABA_CLOUD_ACCESS_KEY_ID and its secret, KEYHAVEN_INSTANCE, KEYHAVEN_CLIENT_KEY (ClientKey file),
KEYHAVEN_CLIENT_KEY_PASSWORD_FILE and KEYHAVEN_SYMMETRIC_KEY.
"""
import asyncio
import json
import os
import sys

import requests
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from aliyunsdkkms.request.v20160120.CreateKeyRequest import CreateKeyRequest
from openapi.models import Config as InstanceConfig
from sdk.client import Client as InstanceClient
from sdk.models import EncryptRequest

ID = os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"]
SECRET = os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]


def check(name, condition):
    if not condition:
        print("FAILED", name)
        sys.exit(1)
    print("ok", name)


first = AcsClient(ID, SECRET, "cn-hangzhou")
created = json.loads(first.do_action_with_exception(CreateKeyRequest()))
check("core and kms: CreateKey", created["KeyMetadata"]["KeyState"] == "Enabled")
for protocol in ("https", "http"):
    identity = CommonRequest(domain="sts.aliyuncs.com", version="2015-04-01", action_name="GetCallerIdentity")
    identity.set_protocol_type(protocol)
    check("core: STS, " + protocol, json.loads(first.do_action_with_exception(identity))["IdentityType"] == "Account")

second = Client(Config(access_key_id=ID, access_key_secret=SECRET, region_id="cn-hangzhou"))
described = second.describe_key(models.DescribeKeyRequest(key_id=created["KeyMetadata"]["KeyId"]))
check("tea: DescribeKey", described.body.key_metadata.key_state == "Enabled")
listed = asyncio.run(second.list_keys_async(models.ListKeysRequest()))
check("tea, asynchronous: ListKeys", listed.body.total_count > 0)

config = InstanceConfig(
    protocol="https",
    endpoint=os.environ["KEYHAVEN_INSTANCE"] + ".cryptoservice.kms.aliyuncs.com",
    client_key_file=os.environ["KEYHAVEN_CLIENT_KEY"],
    password=open(os.environ["KEYHAVEN_CLIENT_KEY_PASSWORD_FILE"]).read().strip(),
)
sealed = InstanceClient(config).encrypt(EncryptRequest(key_id=os.environ["KEYHAVEN_SYMMETRIC_KEY"], plaintext=b"x"))
check("instance SDK: Encrypt", len(sealed.ciphertext_blob) > 0)

for url in ("https://example.com/", "https://kms.cn-shanghai.aliyuncs.com/"):
    try:
        requests.get(url, timeout=10)
        check(url + " is refused", False)
    except requests.exceptions.ProxyError as error:
        check(url + " is refused", "403 Forbidden" in str(error))
print("all checks passed")
