"""Drives the server with both generations of the official Python secrets client, unchanged.

Reads KEYHAVEN_CLIENT (path of a client.json), KEYHAVEN_CA, and KEYHAVEN_SHARED_CLIENT_KEY with
KEYHAVEN_CLIENT_KEY_PASSWORD_FILE: a ClientKey whose access point may read secrets in the scope shared. Prints one line
per check; any exception ends with status 1.
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

    os.environ["cache_client_region_id"] = json.dumps([{"regionId": REGION, "endpoint": HOST}])
    client = SecretManagerCacheClientBuilder.new_client()
    info = client.get_secret_info("python/db")
    check(name + " text", info.secret_value == '{"password":"päss"}' and info.version_id == "v2")
    # The client hands a binary value on as the service has it: in Base64.
    binary = client.get_secret_info("python/binary")
    check(name + " binary", binary.secret_data_type == "binary" and binary.secret_value == "AAH/")
    try:
        client.get_secret_info("python/none")
        check(name + " unknown secret", False)
    except Exception as error:
        check(name + " unknown secret", "Forbidden.ResourceNotFound" in str(error))


def first_with_access_key():
    os.environ["credentials_type"] = "ak"
    os.environ["credentials_access_key_id"] = SETTINGS["accessKeyId"]
    os.environ["credentials_access_secret"] = SETTINGS["accessKeySecret"]
    first("v1 AccessKey")


def first_with_client_key():
    os.environ["credentials_type"] = "client_key"
    os.environ["client_key_private_key_path"] = os.environ["KEYHAVEN_SHARED_CLIENT_KEY"]
    os.environ["client_key_password_from_env_variable"] = "TEST_CLIENT_KEY_PASSWORD"
    os.environ["TEST_CLIENT_KEY_PASSWORD"] = open(os.environ["KEYHAVEN_CLIENT_KEY_PASSWORD_FILE"]).read().strip()
    first("v1 ClientKey")


def second():
    # Its HTTP library takes the authorities to trust from here.
    os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = os.environ["KEYHAVEN_CA"]
    from alibabacloud_secretsmanager_client_v2.secret_manager_cache_client_builder import SecretManagerCacheClientBuilder

    os.environ["credentials_type"] = "ak"
    os.environ["credentials_access_key_id"] = SETTINGS["accessKeyId"]
    os.environ["credentials_access_secret"] = SETTINGS["accessKeySecret"]
    os.environ["cache_client_region_id"] = json.dumps([{"regionId": REGION, "endpoint": HOST}])
    client = SecretManagerCacheClientBuilder.new_client()
    info = client.get_secret_info("python/db")
    check("v2 AccessKey text", info.secret_value == '{"password":"päss"}' and info.version_id == "v2")


if __name__ == "__main__":
    {"ak": first_with_access_key, "client_key": first_with_client_key, "v2": second}[sys.argv[1]]()
    print("all checks passed")
    sys.stdout.flush()
    # Background refreshers keep the interpreter alive.
    os._exit(0)
