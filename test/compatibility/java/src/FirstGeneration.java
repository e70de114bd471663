import com.aliyuncs.AcsResponse;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.RpcAcsRequest;
import com.aliyuncs.auth.SignatureVersion;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.FormatType;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.kms.model.v20160120.*;
import com.aliyuncs.profile.DefaultProfile;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;

/**
 * aliyun-java-sdk-core and aliyun-java-sdk-kms, as the samples use them: HTTP and HTTPS, JSON and XML, signature
 * versions 1 and 3. Reads KEYHAVEN_CLIENT and KEYHAVEN_THROTTLED, paths of client.json files. The CA of HTTPS comes from
 * the trust store of the JVM.
 */
final class FirstGeneration {
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    private final String name;
    private final DefaultAcsClient client;
    private final String host;
    private final ProtocolType protocol;
    private final FormatType format;
    private final SignatureVersion signing;

    private FirstGeneration(
            Map<String, String> settings, ProtocolType protocol, FormatType format, SignatureVersion signing) {
        this.name = "core " + protocol + " " + format + " " + signing + ": ";
        this.client = new DefaultAcsClient(
                DefaultProfile.getProfile(
                        settings.get("regionId"), settings.get("accessKeyId"), settings.get("accessKeySecret")));
        this.host = Checks.host(settings.get(protocol == ProtocolType.HTTPS ? "endpoint" : "httpEndpoint"));
        this.protocol = protocol;
        this.format = format;
        this.signing = signing;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = Checks.settings("KEYHAVEN_CLIENT");
        for (ProtocolType protocol : new ProtocolType[] {ProtocolType.HTTP, ProtocolType.HTTPS}) {
            for (FormatType format : new FormatType[] {FormatType.JSON, FormatType.XML}) {
                new FirstGeneration(settings, protocol, format, SignatureVersion.V1).tour();
            }
        }
        new FirstGeneration(settings, ProtocolType.HTTP, FormatType.JSON, SignatureVersion.V3).tour();
        settings.put("accessKeySecret", "wrong");
        for (FormatType format : new FormatType[] {FormatType.JSON, FormatType.XML}) {
            new FirstGeneration(settings, ProtocolType.HTTP, format, SignatureVersion.V1).wrongSecret();
        }
        settings.put("accessKeyId", "LTAI0000000000000000");
        new FirstGeneration(settings, ProtocolType.HTTP, FormatType.JSON, SignatureVersion.V1).unknownAccessKey();
        Map<String, String> throttled = Checks.settings("KEYHAVEN_THROTTLED");
        new FirstGeneration(throttled, ProtocolType.HTTP, FormatType.JSON, SignatureVersion.V1).throttling();
        Checks.finish();
    }

    private void tour() throws Exception {
        String key = create("Aliyun_AES_256", "ENCRYPT/DECRYPT", "Aliyun_KMS");
        regionsAndLists(key);
        encryption(key);
        rotation(key);
        descriptionAndTags(key);
        deletion(key);
        rsa(create("RSA_2048", "ENCRYPT/DECRYPT", "Aliyun_KMS"));
        signing(create("RSA_3072", "SIGN/VERIFY", "Aliyun_KMS"), "RSA_PKCS1_SHA_256", "SHA256withRSA");
        signing(create("RSA_2048", "SIGN/VERIFY", "Aliyun_KMS"), "RSA_PSS_SHA_256", null);
        signing(create("EC_P256", "SIGN/VERIFY", "Aliyun_KMS"), "ECDSA_SHA_256", "SHA256withECDSA");
        signing(create("EC_P256K", "SIGN/VERIFY", "Aliyun_KMS"), "ECDSA_SHA_256", null);
        signing(create("EC_SM2", "SIGN/VERIFY", "Aliyun_KMS"), "SM2DSA", null);
        importing(create("Aliyun_AES_256", "ENCRYPT/DECRYPT", "EXTERNAL"));
        unknownKey();
    }

    private String create(String keySpec, String keyUsage, String origin) throws Exception {
        CreateKeyRequest request = new CreateKeyRequest();
        request.setKeySpec(keySpec);
        request.setKeyUsage(keyUsage);
        request.setOrigin(origin);
        request.setDescription("from Java, " + Checks.MESSAGE);
        CreateKeyResponse.KeyMetadata metadata = send(request).getKeyMetadata();
        Checks.equal(name + "CreateKey " + keySpec, metadata.getKeySpec(), keySpec);
        Checks.equal(name + "description of " + keySpec, metadata.getDescription(), "from Java, " + Checks.MESSAGE);
        return metadata.getKeyId();
    }

    private void regionsAndLists(String key) throws Exception {
        boolean known = send(new DescribeRegionsRequest()).getRegions().stream()
                .anyMatch(region -> region.getRegionId().equals("cn-hangzhou"));
        Checks.check(name + "DescribeRegions", known);
        Checks.check(name + "ListKeys", isListed(key));
        Checks.equal(name + "DescribeKey", describe(key).getKeyState(), "Enabled");
    }

    /** Pages as the samples do. */
    private boolean isListed(String key) throws Exception {
        ListKeysRequest request = new ListKeysRequest();
        request.setPageSize(10);
        for (int page = 1; ; page++) {
            request.setPageNumber(page);
            ListKeysResponse listed = send(request);
            if (listed.getKeys().stream().anyMatch(entry -> entry.getKeyId().equals(key))) return true;
            if (page * 10 >= listed.getTotalCount()) return false;
        }
    }

    private void encryption(String key) throws Exception {
        String alias = "alias/java/" + key.substring(0, 13);
        CreateAliasRequest aliasRequest = new CreateAliasRequest();
        aliasRequest.setAliasName(alias);
        aliasRequest.setKeyId(key);
        send(aliasRequest);
        EncryptRequest encrypt = new EncryptRequest();
        encrypt.setKeyId(alias);
        encrypt.setPlaintext(Checks.MESSAGE);
        encrypt.setEncryptionContext("{\"this\":\"is\",\"encryption\":\"context\"}");
        String blob = send(encrypt).getCiphertextBlob();
        DecryptRequest decrypt = new DecryptRequest();
        decrypt.setCiphertextBlob(blob + "\r\n");
        decrypt.setEncryptionContext("{ \"encryption\": \"context\", \"this\": \"is\" }");
        Checks.equal(name + "Decrypt gives the very text of Encrypt", send(decrypt).getPlaintext(), Checks.MESSAGE);
        decrypt.setEncryptionContext("{\"this\":\"was\"}");
        Checks.fails(name + "another context", "InvalidParameter", FirstGeneration::code, () -> send(decrypt));

        GenerateDataKeyResponse dataKey = send(dataKeyOf(key));
        Checks.equal(name + "GenerateDataKey", Checks.bytes(dataKey.getPlaintext()).length, 32);
        Checks.equal(name + "Decrypt of a data key", open(dataKey.getCiphertextBlob()), dataKey.getPlaintext());
        GenerateDataKeyWithoutPlaintextRequest without = new GenerateDataKeyWithoutPlaintextRequest();
        without.setKeyId(alias);
        without.setKeySpec("AES_128");
        String hidden = open(send(without).getCiphertextBlob());
        Checks.equal(name + "GenerateDataKeyWithoutPlaintext", Checks.bytes(hidden).length, 16);
        DeleteAliasRequest remove = new DeleteAliasRequest();
        remove.setAliasName(alias);
        send(remove);
        ListAliasesByKeyIdRequest aliases = new ListAliasesByKeyIdRequest();
        aliases.setKeyId(key);
        Checks.equal(name + "DeleteAlias", send(aliases).getAliases().size(), 0);
        reEncryption(key, dataKey);
    }

    private GenerateDataKeyRequest dataKeyOf(String key) {
        GenerateDataKeyRequest request = new GenerateDataKeyRequest();
        request.setKeyId(key);
        return request;
    }

    private String open(String blob) throws Exception {
        DecryptRequest request = new DecryptRequest();
        request.setCiphertextBlob(blob);
        return send(request).getPlaintext();
    }

    /** Symmetric to symmetric, and by way of an RSA key as the sample does. */
    private void reEncryption(String key, GenerateDataKeyResponse dataKey) throws Exception {
        ReEncryptRequest again = new ReEncryptRequest();
        again.setCiphertextBlob(dataKey.getCiphertextBlob());
        again.setDestinationKeyId(key);
        Checks.equal(name + "ReEncrypt", open(send(again).getCiphertextBlob()), dataKey.getPlaintext());
        String rsa = create("RSA_2048", "ENCRYPT/DECRYPT", "Aliyun_KMS");
        String version = version(rsa);
        ExportDataKeyRequest export = new ExportDataKeyRequest();
        export.setCiphertextBlob(dataKey.getCiphertextBlob());
        export.setPublicKeyBlob(Checks.base64(Checks.pemBytes(pem(rsa, version))));
        export.setWrappingKeySpec("RSA_2048");
        export.setWrappingAlgorithm("RSAES_OAEP_SHA_256");
        ReEncryptRequest imported = new ReEncryptRequest();
        imported.setCiphertextBlob(send(export).getExportedDataKey());
        imported.setDestinationKeyId(key);
        imported.setSourceKeyId(rsa);
        imported.setSourceKeyVersionId(version);
        imported.setSourceEncryptionAlgorithm("RSAES_OAEP_SHA_256");
        String opened = open(send(imported).getCiphertextBlob());
        Checks.equal(name + "ExportDataKey and ReEncrypt from RSA", opened, dataKey.getPlaintext());
    }

    /** As the sample does it: on, off, and back to the old interval, which may be empty. */
    private void rotation(String key) throws Exception {
        for (boolean on : new boolean[] {true, false, true}) {
            rotate(key, on, "604800s");
            DescribeKeyResponse.KeyMetadata metadata = describe(key);
            Checks.equal(name + "rotation " + on, metadata.getAutomaticRotation(), on ? "Enabled" : "Disabled");
            if (on) Checks.equal(name + "rotation interval", metadata.getRotationInterval(), "604800s");
        }
        rotate(key, false, "");
        Checks.equal(name + "rotation with an empty interval", describe(key).getAutomaticRotation(), "Disabled");
        CreateKeyVersionRequest request = new CreateKeyVersionRequest();
        request.setKeyId(create("EC_P256", "SIGN/VERIFY", "Aliyun_KMS"));
        String created = send(request).getKeyVersion().getKeyVersionId();
        DescribeKeyVersionRequest named = new DescribeKeyVersionRequest();
        named.setKeyId(request.getKeyId());
        named.setKeyVersionId(created);
        Checks.equal(name + "CreateKeyVersion", send(named).getKeyVersion().getKeyVersionId(), created);
    }

    private void rotate(String key, boolean on, String interval) throws Exception {
        UpdateRotationPolicyRequest request = new UpdateRotationPolicyRequest();
        request.setKeyId(key);
        request.setEnableAutomaticRotation(on);
        request.setRotationInterval(interval);
        send(request);
    }

    private void descriptionAndTags(String key) throws Exception {
        UpdateKeyDescriptionRequest description = new UpdateKeyDescriptionRequest();
        description.setKeyId(key);
        description.setDescription(" ");
        send(description);
        Checks.equal(name + "description of one blank", describe(key).getDescription(), " ");
        TagResourceRequest tag = new TagResourceRequest();
        tag.setKeyId(key);
        tag.setTags("[{\"TagKey\":\"testA\",\"TagValue\":\"123456\"},{\"TagKey\":\"testB\",\"TagValue\":\"abcdef\"}]");
        send(tag);
        ListResourceTagsRequest list = new ListResourceTagsRequest();
        list.setKeyId(key);
        boolean tagged = send(list).getTags().stream()
                .anyMatch(entry -> entry.getTagKey().equals("testA") && entry.getTagValue().equals("123456"));
        Checks.check(name + "TagResource", tagged);
        UntagResourceRequest untag = new UntagResourceRequest();
        untag.setKeyId(key);
        untag.setTagKeys("[\"testA\", \"testB\"]");
        send(untag);
        Checks.equal(name + "UntagResource", send(list).getTags().size(), 0);
    }

    private void deletion(String key) throws Exception {
        DisableKeyRequest disable = new DisableKeyRequest();
        disable.setKeyId(key);
        send(disable);
        Checks.fails(name + "a disabled key", "Rejected.Disabled", FirstGeneration::code, () -> send(dataKeyOf(key)));
        EnableKeyRequest enable = new EnableKeyRequest();
        enable.setKeyId(key);
        send(enable);
        ScheduleKeyDeletionRequest schedule = new ScheduleKeyDeletionRequest();
        schedule.setKeyId(key);
        schedule.setPendingWindowInDays(7);
        send(schedule);
        Checks.equal(name + "ScheduleKeyDeletion", describe(key).getKeyState(), "PendingDeletion");
        CancelKeyDeletionRequest cancel = new CancelKeyDeletionRequest();
        cancel.setKeyId(key);
        send(cancel);
        Checks.equal(name + "CancelKeyDeletion", describe(key).getKeyState(), "Enabled");
    }

    private void rsa(String key) throws Exception {
        String version = version(key);
        String pem = pem(key, version);
        Checks.check(name + "GetPublicKey, byte for byte", Checks.isCanonicalPem(pem));
        AsymmetricEncryptRequest encrypt = new AsymmetricEncryptRequest();
        encrypt.setKeyId(key);
        encrypt.setKeyVersionId(version);
        encrypt.setAlgorithm("RSAES_OAEP_SHA_256");
        encrypt.setPlaintext(Checks.base64(Checks.utf8(Checks.MESSAGE)));
        PublicKey publicKey = Checks.publicKey("RSA", Checks.pemBytes(pem));
        byte[] sealedHere = Checks.oaepSha256(publicKey, Checks.utf8(Checks.MESSAGE));
        for (String blob : new String[] {send(encrypt).getCiphertextBlob(), Checks.base64(sealedHere)}) {
            AsymmetricDecryptRequest decrypt = new AsymmetricDecryptRequest();
            decrypt.setKeyId(key);
            decrypt.setKeyVersionId(version);
            decrypt.setAlgorithm("RSAES_OAEP_SHA_256");
            decrypt.setCiphertextBlob(blob);
            Checks.equal(name + "AsymmetricDecrypt", send(decrypt).getPlaintext(), encrypt.getPlaintext());
        }
    }

    /** `local` names the algorithm by which Java verifies the signature; null where it has none at hand. */
    private void signing(String key, String algorithm, String local) throws Exception {
        String version = version(key);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Checks.utf8(Checks.MESSAGE));
        AsymmetricSignRequest sign = new AsymmetricSignRequest();
        sign.setKeyId(key);
        sign.setKeyVersionId(version);
        sign.setAlgorithm(algorithm);
        sign.setDigest(Checks.base64(digest));
        String value = send(sign).getValue();
        AsymmetricVerifyRequest verify = new AsymmetricVerifyRequest();
        verify.setKeyId(key);
        verify.setKeyVersionId(version);
        verify.setAlgorithm(algorithm);
        verify.setDigest(Checks.base64(digest));
        verify.setValue(value);
        Checks.equal(name + "AsymmetricVerify " + algorithm, send(verify).getValue(), true);
        verify.setDigest(Checks.base64(new byte[32]));
        Checks.equal(name + "another digest " + algorithm, send(verify).getValue(), false);
        if (local == null) return;
        Signature verifier = Signature.getInstance(local);
        String keyType = local.endsWith("RSA") ? "RSA" : "EC";
        verifier.initVerify(Checks.publicKey(keyType, Checks.pemBytes(pem(key, version))));
        verifier.update(Checks.utf8(Checks.MESSAGE));
        Checks.check(name + "Java verifies " + algorithm, verifier.verify(Checks.bytes(value)));
    }

    private void importing(String key) throws Exception {
        Checks.equal(name + "a key of own material", describe(key).getKeyState(), "PendingImport");
        GetParametersForImportRequest parameters = new GetParametersForImportRequest();
        parameters.setKeyId(key);
        parameters.setWrappingKeySpec("RSA_2048");
        parameters.setWrappingAlgorithm("RSAES_OAEP_SHA_256");
        GetParametersForImportResponse given = send(parameters);
        byte[] material = MessageDigest.getInstance("SHA-256").digest(Checks.utf8(key));
        byte[] wrapped = Checks.oaepSha256(Checks.publicKey("RSA", Checks.bytes(given.getPublicKey())), material);
        ImportKeyMaterialRequest request = new ImportKeyMaterialRequest();
        request.setKeyId(key);
        request.setImportToken(given.getImportToken());
        request.setEncryptedKeyMaterial(Checks.base64(wrapped));
        send(request);
        Checks.equal(name + "ImportKeyMaterial", describe(key).getKeyState(), "Enabled");
        DeleteKeyMaterialRequest delete = new DeleteKeyMaterialRequest();
        delete.setKeyId(key);
        send(delete);
        Checks.equal(name + "DeleteKeyMaterial", describe(key).getKeyState(), "PendingImport");
    }

    private void unknownKey() {
        Checks.fails(name + "an unknown key", "Forbidden.KeyNotFound", FirstGeneration::code, () -> describe(UNKNOWN));
        GenerateDataKeyRequest request = dataKeyOf("alias/none");
        Checks.fails(name + "an unknown alias", "Forbidden.AliasNotFound", FirstGeneration::code, () -> send(request));
    }

    /** The client compares the text it signed with the one that the server echoes, and so tells a wrong secret. */
    private void wrongSecret() {
        Checks.fails(
                name + "a wrong secret",
                "SDK.InvalidAccessKeySecret",
                FirstGeneration::code,
                () -> send(new ListKeysRequest()));
    }

    private void unknownAccessKey() {
        Checks.fails(
                name + "an unknown AccessKey",
                "InvalidAccessKeyId.NotFound",
                FirstGeneration::code,
                () -> send(new ListKeysRequest()));
    }

    private void throttling() {
        Checks.fails(name + "too many calls", "Rejected.Throttling", FirstGeneration::code, () -> {
            for (int count = 0; count < 20; count++) send(new ListKeysRequest());
            return null;
        });
    }

    private DescribeKeyResponse.KeyMetadata describe(String key) throws Exception {
        DescribeKeyRequest request = new DescribeKeyRequest();
        request.setKeyId(key);
        return send(request).getKeyMetadata();
    }

    private String version(String key) throws Exception {
        ListKeyVersionsRequest request = new ListKeyVersionsRequest();
        request.setKeyId(key);
        return send(request).getKeyVersions().get(0).getKeyVersionId();
    }

    private String pem(String key, String version) throws Exception {
        GetPublicKeyRequest request = new GetPublicKeyRequest();
        request.setKeyId(key);
        request.setKeyVersionId(version);
        return send(request).getPublicKey();
    }

    private <T extends AcsResponse> T send(RpcAcsRequest<T> request) throws ClientException {
        request.setSysEndpoint(host);
        request.setSysProtocol(protocol);
        request.setSysMethod(MethodType.POST);
        request.setAcceptFormat(format);
        request.setSysSignatureVersion(signing);
        return client.getAcsResponse(request);
    }

    private static String code(Exception error) {
        return error instanceof ClientException ? ((ClientException) error).getErrCode() : String.valueOf(error);
    }
}
