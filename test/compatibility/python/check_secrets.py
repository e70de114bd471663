"""Drives the server with both generations of the official Python secrets client, unchanged.

Arguments: `v1` and a name for what is printed, or `v2`. What v1 connects to and how it signs is in the variables of the
environment that the client itself knows; v2 reads KEYHAVEN_CLIENT (path of a client.json) and KEYHAVEN_CA. Prints one
line per check; any exception ends with status 1.
"""
import json
import os
import sys

SETTINGS = json.load(open(os.environ["KEYHAVEN_CLIENT"]))
HOST = SETTINGS["endpoint"].replace("https://", "").rstrip("/")
REGION = SETTINGS["regionId"]


def check(name, condition):
    if not condition:
        print("FAILED", name)
        sys.exit(1)
    print("ok", name)


def first(name):
    from alibaba_cloud_secretsmanager_client.secret_manager_cache_client_builder import SecretManagerCacheClientBuilder

    client = SecretManagerCacheClientBuilder.new_client()
    info = client.get_secret_info("compatibility/db")
    check(name + " text", info.secret_value == '{"password":"päss"}' and info.version_id == "v2")
    # The client hands a binary value on as the service has it: in Base64.
    binary = client.get_secret_info("compatibility/binary")
    check(name + " binary", binary.secret_data_type == "binary" and binary.secret_value == "AAH/")
    try:
        client.get_secret_info("compatibility/none")
        check(name + " unknown secret", False)
    except Exception as error:
        check(name + " unknown secret", "Forbidden.ResourceNotFound" in str(error))


def second():
    # Its HTTP library takes the authorities to trust from here.
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = os.environ["KEYHAVEN_CA"]
    from alibabacloud_secretsmanager_client_v2.secret_manager_cache_client_builder import SecretManagerCacheClientBuilder

    os.environ["credentials_type"] = "ak"
    os.environ["credentials_access_key_id"] = SETTINGS["accessKeyId"]
    os.environ["credentials_access_secret"] = SETTINGS["accessKeySecret"]
    os.environ["cache_client_region_id"] = json.dumps([{"regionId": REGION, "endpoint": HOST}])
    client = SecretManagerCacheClientBuilder.new_client()
    info = client.get_secret_info("compatibility/db")
    check("v2 AccessKey text", info.secret_value == '{"password":"päss"}' and info.version_id == "v2")


if __name__ == "__main__":
    if sys.argv[1] == "v2":
        second()
    else:
        first("v1 " + sys.argv[2])
    print("all checks passed")
    sys.stdout.flush()
    # Background refreshers keep the interpreter alive.
    os._exit(0)
