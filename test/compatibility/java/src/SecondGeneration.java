import com.aliyun.kms20160120.Client;
import com.aliyun.kms20160120.models.*;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

/**
 * kms20160120, the generated client of the second generation: ACS3, over HTTP and over HTTPS with the CA as a setting.
 * Reads KEYHAVEN_CLIENT, KEYHAVEN_THROTTLED and KEYHAVEN_CA.
 */
final class SecondGeneration {
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    private static final String VERSION_1 = "tea signature version 1: ";

    private final String name;
    private final Client client;

    private SecondGeneration(String name, Client client) {
        this.name = name;
        this.client = client;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = Checks.settings("KEYHAVEN_CLIENT");
        Config https = new Config().setProtocol("https").setEndpoint(Checks.host(settings.get("endpoint")));
        https.setCa(Checks.text(System.getenv("KEYHAVEN_CA")));
        Config http = new Config().setProtocol("http").setEndpoint(Checks.host(settings.get("httpEndpoint")));
        for (Config config : List.of(http, https)) {
            config.setAccessKeyId(settings.get("accessKeyId")).setAccessKeySecret(settings.get("accessKeySecret"));
            new SecondGeneration("tea " + config.getProtocol() + ": ", new Client(config)).tour();
        }
        http.setSignatureAlgorithm("v2");
        new SecondGeneration(VERSION_1, new Client(http)).tour();
        failures(settings);
        Checks.finish();
    }

    private static void failures(Map<String, String> settings) throws Exception {
        Config wrong = new Config().setProtocol("http").setEndpoint(Checks.host(settings.get("httpEndpoint")));
        wrong.setAccessKeyId(settings.get("accessKeyId")).setAccessKeySecret("wrong");
        Client stranger = new Client(wrong);
        ListKeysRequest list = new ListKeysRequest();
        String mismatch = "SignatureDoesNotMatch";
        Checks.fails("tea: a wrong secret", mismatch, SecondGeneration::code, () -> stranger.listKeys(list));
        Map<String, String> throttled = Checks.settings("KEYHAVEN_THROTTLED");
        Config config = new Config().setProtocol("http").setEndpoint(Checks.host(throttled.get("httpEndpoint")));
        config.setAccessKeyId(throttled.get("accessKeyId")).setAccessKeySecret(throttled.get("accessKeySecret"));
        Client hasty = new Client(config);
        Checks.fails("tea: too many calls", "Rejected.Throttling", SecondGeneration::code, () -> {
            for (int count = 0; count < 20; count++) hasty.listKeys(list);
            return null;
        });
    }

    private void tour() throws Exception {
        String key = create("Aliyun_AES_256", "ENCRYPT/DECRYPT");
        encryption(key);
        dataKeyExport(key);
        rotationAndTags(key);
        signing(create("RSA_2048", "SIGN/VERIFY"), "RSA_PKCS1_SHA_256");
        signing(create("EC_P256", "SIGN/VERIFY"), "ECDSA_SHA_256");
        signing(create("EC_SM2", "SIGN/VERIFY"), "SM2DSA");
        sealing(create("RSA_2048", "ENCRYPT/DECRYPT"), "RSAES_OAEP_SHA_256");
        sealing(create("EC_SM2", "ENCRYPT/DECRYPT"), "SM2PKE");
        importing();
        deletion(key);
        instances();
        Checks.fails(name + "an unknown key", "Forbidden.KeyNotFound", SecondGeneration::code, () -> describe(UNKNOWN));
    }

    private String create(String keySpec, String keyUsage) throws Exception {
        CreateKeyRequest request = new CreateKeyRequest().setKeySpec(keySpec).setKeyUsage(keyUsage);
        CreateKeyResponseBody.CreateKeyResponseBodyKeyMetadata metadata =
                client.createKey(request.setDescription(Checks.MESSAGE)).getBody().getKeyMetadata();
        Checks.equal(name + "CreateKey " + keySpec, metadata.getDescription(), Checks.MESSAGE);
        return metadata.getKeyId();
    }

    private void encryption(String key) throws Exception {
        String alias = "alias/java/" + key.substring(0, 13);
        client.createAlias(new CreateAliasRequest().setKeyId(key).setAliasName(alias));
        EncryptRequest encrypt = new EncryptRequest().setKeyId(alias).setPlaintext(Checks.MESSAGE);
        encrypt.setEncryptionContext(Map.of("this", "is", "encryption", "context"));
        String blob = client.encrypt(encrypt).getBody().getCiphertextBlob();
        DecryptRequest decrypt = new DecryptRequest().setCiphertextBlob(blob);
        decrypt.setEncryptionContext(Map.of("encryption", "context", "this", "is"));
        Checks.equal(name + "Decrypt", client.decrypt(decrypt).getBody().getPlaintext(), Checks.MESSAGE);
        Checks.fails(name + "no context", "InvalidParameter", SecondGeneration::code, () -> open(blob));
        GenerateDataKeyRequest request = new GenerateDataKeyRequest().setKeyId(key).setNumberOfBytes(64);
        GenerateDataKeyResponseBody dataKey = client.generateDataKey(request).getBody();
        Checks.equal(name + "GenerateDataKey", Checks.bytes(dataKey.getPlaintext()).length, 64);
        Checks.equal(name + "Decrypt of a data key", open(dataKey.getCiphertextBlob()), dataKey.getPlaintext());
        client.deleteAlias(new DeleteAliasRequest().setAliasName(alias));
    }

    private String open(String blob) throws Exception {
        return client.decrypt(new DecryptRequest().setCiphertextBlob(blob)).getBody().getPlaintext();
    }

    private void dataKeyExport(String key) throws Exception {
        String rsa = create("RSA_2048", "ENCRYPT/DECRYPT");
        String version = version(rsa);
        GenerateAndExportDataKeyRequest request = new GenerateAndExportDataKeyRequest().setKeyId(key);
        request.setPublicKeyBlob(Checks.base64(Checks.pemBytes(pem(rsa, version))));
        request.setWrappingKeySpec("RSA_2048").setWrappingAlgorithm("RSAES_OAEP_SHA_256");
        GenerateAndExportDataKeyResponseBody made = client.generateAndExportDataKey(request).getBody();
        AsymmetricDecryptRequest open = new AsymmetricDecryptRequest().setKeyId(rsa).setKeyVersionId(version);
        open.setAlgorithm("RSAES_OAEP_SHA_256").setCiphertextBlob(made.getExportedDataKey());
        String exported = client.asymmetricDecrypt(open).getBody().getPlaintext();
        Checks.equal(name + "GenerateAndExportDataKey", exported, open(made.getCiphertextBlob()));
        ReEncryptRequest again = new ReEncryptRequest().setCiphertextBlob(made.getCiphertextBlob());
        again.setDestinationKeyId(key).setDestinationEncryptionContext(Map.of("a", "b"));
        DecryptRequest decrypt = new DecryptRequest().setEncryptionContext(Map.of("a", "b"));
        decrypt.setCiphertextBlob(client.reEncrypt(again).getBody().getCiphertextBlob());
        Checks.equal(name + "ReEncrypt", client.decrypt(decrypt).getBody().getPlaintext(), exported);
    }

    private void rotationAndTags(String key) throws Exception {
        for (String interval : List.of("604800s", "")) {
            boolean on = !interval.isEmpty();
            // Signing by version 1, this client leaves out of the signature what it sends empty.
            if (!on && name.equals(VERSION_1)) continue;
            UpdateRotationPolicyRequest request = new UpdateRotationPolicyRequest().setKeyId(key);
            client.updateRotationPolicy(request.setEnableAutomaticRotation(on).setRotationInterval(interval));
            String state = describe(key).getAutomaticRotation();
            Checks.equal(name + "rotation with interval '" + interval + "'", state, on ? "Enabled" : "Disabled");
        }
        TagResourcesRequest.TagResourcesRequestTag tag = new TagResourcesRequest.TagResourcesRequestTag();
        TagResourcesRequest request = new TagResourcesRequest().setRegionId("cn-hangzhou").setResourceType("key");
        request.setTag(List.of(tag.setKey("project").setValue("a+b=c:d@e/f")));
        client.tagResources(request.setResourceId(List.of(key)));
        ListTagResourcesRequest list = new ListTagResourcesRequest().setRegionId("cn-hangzhou").setResourceType("key");
        ListTagResourcesResponseBody listed = client.listTagResources(list.setResourceId(List.of(key))).getBody();
        String value = listed.getTagResources().getTagResource().get(0).getTagValue();
        Checks.equal(name + "TagResources", value, "a+b=c:d@e/f");
        UntagResourcesRequest untag = new UntagResourcesRequest().setRegionId("cn-hangzhou").setResourceType("key");
        client.untagResources(untag.setResourceId(List.of(key)).setTagKey(List.of("project")));
        listed = client.listTagResources(list).getBody();
        Checks.equal(name + "UntagResources", listed.getTagResources().getTagResource().size(), 0);
    }

    private void signing(String key, String algorithm) throws Exception {
        String version = version(key);
        String digest = Checks.base64(MessageDigest.getInstance("SHA-256").digest(Checks.utf8(key)));
        AsymmetricSignRequest sign = new AsymmetricSignRequest().setKeyId(key).setKeyVersionId(version);
        String value = client.asymmetricSign(sign.setAlgorithm(algorithm).setDigest(digest)).getBody().getValue();
        AsymmetricVerifyRequest verify = new AsymmetricVerifyRequest().setKeyId(key).setKeyVersionId(version);
        verify.setAlgorithm(algorithm).setDigest(digest).setValue(value);
        boolean valid = client.asymmetricVerify(verify).getBody().getValue();
        Checks.check(name + "AsymmetricVerify " + algorithm, valid);
        Checks.check(name + "GetPublicKey " + algorithm, Checks.isCanonicalPem(pem(key, version)));
    }

    private void sealing(String key, String algorithm) throws Exception {
        String version = version(key);
        String plaintext = Checks.base64(Checks.utf8(Checks.MESSAGE));
        AsymmetricEncryptRequest encrypt = new AsymmetricEncryptRequest().setKeyId(key).setKeyVersionId(version);
        encrypt.setAlgorithm(algorithm).setPlaintext(plaintext);
        AsymmetricDecryptRequest decrypt = new AsymmetricDecryptRequest().setKeyId(key).setKeyVersionId(version);
        decrypt.setAlgorithm(algorithm);
        decrypt.setCiphertextBlob(client.asymmetricEncrypt(encrypt).getBody().getCiphertextBlob());
        String opened = client.asymmetricDecrypt(decrypt).getBody().getPlaintext();
        Checks.equal(name + "AsymmetricDecrypt " + algorithm, opened, plaintext);
    }

    private void importing() throws Exception {
        CreateKeyRequest external = new CreateKeyRequest().setOrigin("EXTERNAL");
        String key = client.createKey(external).getBody().getKeyMetadata().getKeyId();
        GetParametersForImportRequest parameters = new GetParametersForImportRequest().setKeyId(key);
        parameters.setWrappingKeySpec("RSA_2048").setWrappingAlgorithm("RSAES_OAEP_SHA_256");
        GetParametersForImportResponseBody given = client.getParametersForImport(parameters).getBody();
        byte[] material = MessageDigest.getInstance("SHA-256").digest(Checks.utf8(key));
        byte[] wrapped = Checks.oaepSha256(Checks.publicKey("RSA", Checks.bytes(given.getPublicKey())), material);
        ImportKeyMaterialRequest request = new ImportKeyMaterialRequest().setKeyId(key);
        request.setImportToken(given.getImportToken()).setEncryptedKeyMaterial(Checks.base64(wrapped));
        client.importKeyMaterial(request.setKeyMaterialExpireUnix(0L));
        Checks.equal(name + "ImportKeyMaterial", describe(key).getKeyState(), "Enabled");
    }

    private void deletion(String key) throws Exception {
        client.scheduleKeyDeletion(new ScheduleKeyDeletionRequest().setKeyId(key).setPendingWindowInDays(7));
        Checks.equal(name + "ScheduleKeyDeletion", describe(key).getKeyState(), "PendingDeletion");
        client.cancelKeyDeletion(new CancelKeyDeletionRequest().setKeyId(key));
        Checks.equal(name + "CancelKeyDeletion", describe(key).getKeyState(), "Enabled");
    }

    private void instances() throws Exception {
        String instance = client.listKmsInstances(new ListKmsInstancesRequest().setPageNumber(1).setPageSize(10))
                .getBody().getKmsInstances().getKmsInstance().get(0).getKmsInstanceId();
        GetKmsInstanceRequest request = new GetKmsInstanceRequest().setKmsInstanceId(instance);
        String described = client.getKmsInstance(request).getBody().getKmsInstance().getInstanceId();
        Checks.equal(name + "GetKmsInstance", described, instance);
    }

    private DescribeKeyResponseBody.DescribeKeyResponseBodyKeyMetadata describe(String key) throws Exception {
        return client.describeKey(new DescribeKeyRequest().setKeyId(key)).getBody().getKeyMetadata();
    }

    private String version(String key) throws Exception {
        return client.listKeyVersions(new ListKeyVersionsRequest().setKeyId(key))
                .getBody().getKeyVersions().getKeyVersion().get(0).getKeyVersionId();
    }

    private String pem(String key, String version) throws Exception {
        GetPublicKeyRequest request = new GetPublicKeyRequest().setKeyId(key).setKeyVersionId(version);
        return client.getPublicKey(request).getBody().getPublicKey();
    }

    private static String code(Exception error) {
        return error instanceof TeaException ? ((TeaException) error).getCode() : String.valueOf(error);
    }
}
