"""Takes a certificate from its request to its deletion with the requests of aliyun-python-sdk-kms, unchanged.

The CA is the openssl command. Reads KEYHAVEN_CLIENT (path of a client.json); prints one line per check; any exception
ends with status 1.
"""
import base64
import importlib
import json
import os
import subprocess
import sys
import tempfile

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient

SETTINGS = json.load(open(os.environ["KEYHAVEN_CLIENT"]))
CLIENT = AcsClient(SETTINGS["accessKeyId"], SETTINGS["accessKeySecret"], SETTINGS["regionId"])
FOLDER = tempfile.mkdtemp()


def call(action, **parameters):
    module = importlib.import_module("aliyunsdkkms.request.v20160120.%sRequest" % action)
    request = getattr(module, "%sRequest" % action)()
    request.set_endpoint(SETTINGS["httpEndpoint"].replace("http://", "").rstrip("/"))
    request.set_protocol_type("http")
    for name, value in parameters.items():
        getattr(request, "set_%s" % name)(value)
    return json.loads(CLIENT.do_action_with_exception(request))


def check(name, condition):
    if not condition:
        print("FAILED", name)
        sys.exit(1)
    print("ok", name)


def openssl(*words):
    return subprocess.run(["openssl", *words], cwd=FOLDER, check=True, capture_output=True).stdout.decode()


def write(name, text):
    with open(os.path.join(FOLDER, name), "w") as file:
        file.write(text)


def lifetime(key_spec, algorithm, encryption):
    names = json.dumps(["test1.example.com", "test2.example.com"])
    created = call(
        "CreateCertificate",
        KeySpec=key_spec,
        Subject="CN=userName,OU=kms,O=aliyun,C=CN",
        SubjectAlternativeNames=names,
        ExportablePrivateKey=True,
    )
    certificate_id = created["CertificateId"]
    write("a.csr", created["Csr"])
    # openssl verifies SM2 with a user id that it is told of.
    user_id = ["-vfyopt", "distid:1234567812345678"] if key_spec == "EC_SM2" else []
    openssl("x509", "-req", "-in", "a.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "a.pem", *user_id)
    certificate = open(os.path.join(FOLDER, "a.pem")).read()
    chain = open(os.path.join(FOLDER, "ca.pem")).read()
    call("UploadCertificate", CertificateId=certificate_id, Certificate=certificate, CertificateChain=chain)
    got = call("GetCertificate", CertificateId=certificate_id)
    check(key_spec + " GetCertificate", got["Certificate"] == certificate and got["CertificateChain"] == chain)
    described = call("DescribeCertificate", CertificateId=certificate_id)
    check(key_spec + " DescribeCertificate", described["Status"] == "ACTIVE" and described["Issuer"] == "CN=testCA,C=CN")

    message = base64.b64encode("消息".encode()).decode()
    named = {"CertificateId": certificate_id, "Algorithm": algorithm, "Message": message, "MessageType": "RAW"}
    signature = call("CertificatePrivateKeySign", **named)["SignatureValue"]
    verified = call("CertificatePublicKeyVerify", SignatureValue=signature, **named)
    check(key_spec + " sign and verify", verified["SignatureValid"] is True)
    if encryption:
        scheme = {"CertificateId": certificate_id, "Algorithm": encryption}
        blob = call("CertificatePublicKeyEncrypt", Plaintext=message, **scheme)["CiphertextBlob"]
        opened = call("CertificatePrivateKeyDecrypt", CiphertextBlob=blob, **scheme)
        check(key_spec + " encrypt and decrypt", opened["Plaintext"] == message)

    call("UpdateCertificateStatus", CertificateId=certificate_id, Status="REVOKED")
    check(key_spec + " revoked", call("DescribeCertificate", CertificateId=certificate_id)["Status"] == "REVOKED")
    call("DeleteCertificate", CertificateId=certificate_id)
    try:
        call("DescribeCertificate", CertificateId=certificate_id)
        check(key_spec + " deleted", False)
    except ServerException as error:
        check(key_spec + " deleted", error.get_error_code() == "Certificate.NotFound")


openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/C=CN/CN=testCA")
lifetime("RSA_2048", "RSA_PKCS1_SHA_256", "RSAES_OAEP_SHA_256")
lifetime("EC_P256", "ECDSA_SHA_256", None)
lifetime("EC_SM2", "SM2DSA", "SM2PKE")
print("all checks passed")
