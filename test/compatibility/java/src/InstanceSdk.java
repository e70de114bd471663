import com.aliyun.dkms.gcs.openapi.models.Config;
import com.aliyun.dkms.gcs.sdk.Client;
import com.aliyun.dkms.gcs.sdk.models.*;
import com.aliyun.kms20160120.models.CreateKeyRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.tea.TeaUnretryableException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * alibabacloud-dkms-gcs-sdk, the client of the instance gateway, by a ClientKey file and the CA file. Keys are made,
 * and ciphertexts shared, by kms20160120 at the OpenAPI gateway. Reads KEYHAVEN_CLIENT, KEYHAVEN_CA, KEYHAVEN_INSTANCE,
 * KEYHAVEN_CLIENT_KEY, KEYHAVEN_CLIENT_KEY_PASSWORD_FILE.
 */
final class InstanceSdk {
    private static final byte[] MESSAGE = Checks.utf8(Checks.MESSAGE);
    private static final String VERSION_HEADER = "x-kms-migrationkeyversionid";

    private static Client client;
    private static com.aliyun.kms20160120.Client shared;

    public static void main(String[] arguments) throws Exception {
        shared = shared();
        client = new Client(config());
        symmetric(create("Aliyun_AES_256", "ENCRYPT/DECRYPT"));
        dataKeys(create("Aliyun_AES_256", "ENCRYPT/DECRYPT"));
        encryptionContext(create("Aliyun_AES_256", "ENCRYPT/DECRYPT"));
        asymmetric(create("RSA_2048", "ENCRYPT/DECRYPT"), "RSAES_OAEP_SHA_256");
        asymmetric(create("EC_SM2", "ENCRYPT/DECRYPT"), "SM2PKE");
        signing(create("RSA_2048", "SIGN/VERIFY"), "RSA_PKCS1_SHA_256", "RSA", "SHA256withRSA");
        signing(create("EC_P256", "SIGN/VERIFY"), "ECDSA_SHA_256", "EC", "SHA256withECDSA");
        signing(create("EC_SM2", "SIGN/VERIFY"), "SM2DSA", null, null);
        byte[] random = client.generateRandom(new GenerateRandomRequest().setLength(64)).getRandom();
        Checks.equal("instance GenerateRandom", random.length, 64);
        otherCredentials();
        refusals();
        Checks.finish();
    }

    private static com.aliyun.kms20160120.Client shared() throws Exception {
        Map<String, String> settings = Checks.settings("KEYHAVEN_CLIENT");
        com.aliyun.teaopenapi.models.Config config = new com.aliyun.teaopenapi.models.Config();
        config.setAccessKeyId(settings.get("accessKeyId")).setAccessKeySecret(settings.get("accessKeySecret"));
        config.setProtocol("http").setEndpoint(Checks.host(settings.get("httpEndpoint")));
        return new com.aliyun.kms20160120.Client(config);
    }

    private static Config config() throws Exception {
        return new Config()
                .setProtocol("https")
                .setEndpoint(Checks.host(Checks.settings("KEYHAVEN_CLIENT").get("endpoint")))
                .setClientKeyFile(System.getenv("KEYHAVEN_CLIENT_KEY"))
                .setPassword(Checks.text(System.getenv("KEYHAVEN_CLIENT_KEY_PASSWORD_FILE")))
                .setCaFilePath(System.getenv("KEYHAVEN_CA"));
    }

    private static String create(String keySpec, String keyUsage) throws Exception {
        CreateKeyRequest request = new CreateKeyRequest().setKeySpec(keySpec).setKeyUsage(keyUsage);
        request.setDKMSInstanceId(System.getenv("KEYHAVEN_INSTANCE"));
        return shared.createKey(request).getBody().getKeyMetadata().getKeyId();
    }

    private static void symmetric(String key) throws Exception {
        byte[] aad = Checks.utf8("aad");
        EncryptRequest encrypt = new EncryptRequest().setKeyId(key).setPlaintext(MESSAGE).setAad(aad);
        EncryptResponse sealed = client.encrypt(encrypt);
        DecryptRequest decrypt = new DecryptRequest().setKeyId(key).setAad(aad);
        decrypt.setCiphertextBlob(sealed.getCiphertextBlob()).setIv(sealed.getIv()).setAlgorithm(sealed.getAlgorithm());
        Checks.check("instance Encrypt and Decrypt", Arrays.equals(client.decrypt(decrypt).getPlaintext(), MESSAGE));

        AdvanceEncryptRequest advanced = new AdvanceEncryptRequest().setKeyId(key).setPlaintext(MESSAGE).setAad(aad);
        byte[] blob = client.advanceEncrypt(advanced).getCiphertextBlob();
        AdvanceDecryptRequest open = new AdvanceDecryptRequest().setCiphertextBlob(blob).setAad(aad);
        byte[] opened = client.advanceDecrypt(open).getPlaintext();
        Checks.check("instance AdvanceEncrypt and AdvanceDecrypt", Arrays.equals(opened, MESSAGE));

        AdvanceDecryptRequest plain = new AdvanceDecryptRequest().setKeyId(key).setAad(aad).setIv(sealed.getIv());
        plain.setCiphertextBlob(sealed.getCiphertextBlob()).setAlgorithm("AES_GCM");
        Checks.check("AdvanceDecrypt of Encrypt", Arrays.equals(client.advanceDecrypt(plain).getPlaintext(), MESSAGE));
        open.setAad(Checks.utf8("other"));
        Checks.check("another AAD is refused", !code(() -> client.advanceDecrypt(open)).isEmpty());
    }

    private static void dataKeys(String key) throws Exception {
        GenerateDataKeyResponse dataKey =
                client.generateDataKey(new GenerateDataKeyRequest().setKeyId(key).setNumberOfBytes(32));
        DecryptRequest decrypt = new DecryptRequest().setKeyId(key).setIv(dataKey.getIv());
        byte[] opened = client.decrypt(decrypt.setCiphertextBlob(dataKey.getCiphertextBlob())).getPlaintext();
        Checks.check("instance GenerateDataKey", Arrays.equals(opened, dataKey.getPlaintext()) && opened.length == 32);

        AdvanceGenerateDataKeyResponse advanced =
                client.advanceGenerateDataKey(new AdvanceGenerateDataKeyRequest().setKeyId(key).setNumberOfBytes(16));
        AdvanceDecryptRequest open = new AdvanceDecryptRequest().setCiphertextBlob(advanced.getCiphertextBlob());
        opened = client.advanceDecrypt(open).getPlaintext();
        Checks.check("instance AdvanceGenerateDataKey", Arrays.equals(opened, advanced.getPlaintext()));

        GenerateDataKeyPairRequest request = new GenerateDataKeyPairRequest().setKeyId(key).setKeyFormat("DER");
        GenerateDataKeyPairResponse pair = client.generateDataKeyPair(request.setKeyPairSpec("EC_P256"));
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(pair.getPrivateKeyPlaintext());
        PrivateKey privateKey = KeyFactory.getInstance("EC").generatePrivate(encoded);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(privateKey);
        signature.update(MESSAGE);
        byte[] value = signature.sign();
        Checks.check("instance GenerateDataKeyPair", verifies("EC", "SHA256withECDSA", pair.getPublicKey(), value));
        decrypt.setIv(pair.getIv()).setCiphertextBlob(pair.getPrivateKeyCiphertextBlob());
        opened = client.decrypt(decrypt).getPlaintext();
        Checks.check("private key of a pair opens", Arrays.equals(opened, pair.getPrivateKeyPlaintext()));
    }

    private static boolean verifies(String type, String algorithm, byte[] spki, byte[] value) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initVerify(Checks.publicKey(type, spki));
        signature.update(MESSAGE);
        return signature.verify(value);
    }

    /** The AAD that the Java TransferClient makes of an encryption context: SHA-256 of its sorted pairs. */
    private static void encryptionContext(String key) throws Exception {
        Map<String, String> context = Map.of("this", "is", "encryption", "context", "键", "值");
        byte[] aad = MessageDigest.getInstance("SHA-256").digest(Checks.utf8("encryption=context&this=is&键=值"));
        AdvanceEncryptRequest request = new AdvanceEncryptRequest().setKeyId(key).setPlaintext(MESSAGE).setAad(aad);
        byte[] blob = client.advanceEncrypt(request).getCiphertextBlob();
        com.aliyun.kms20160120.models.DecryptRequest decrypt = new com.aliyun.kms20160120.models.DecryptRequest();
        decrypt.setCiphertextBlob(Checks.base64(Arrays.copyOfRange(blob, 3, blob.length)));
        decrypt.setEncryptionContext(context);
        String opened = shared.decrypt(decrypt).getBody().getPlaintext();
        Checks.equal("a context sealed at the instance opens at the OpenAPI gateway", opened, Checks.MESSAGE);

        com.aliyun.kms20160120.models.EncryptRequest encrypt = new com.aliyun.kms20160120.models.EncryptRequest();
        encrypt.setKeyId(key).setPlaintext(Checks.MESSAGE).setEncryptionContext(context);
        byte[] raw = Checks.bytes(shared.encrypt(encrypt).getBody().getCiphertextBlob());
        byte[] described = new byte[raw.length + 3];
        System.arraycopy(new byte[] {0x24, 0, 2}, 0, described, 0, 3);
        System.arraycopy(raw, 0, described, 3, raw.length);
        AdvanceDecryptRequest open = new AdvanceDecryptRequest().setCiphertextBlob(described).setAad(aad);
        open.setIv(Arrays.copyOfRange(raw, 36, 48));
        byte[] there = client.advanceDecrypt(open).getPlaintext();
        Checks.check("a context sealed at the OpenAPI gateway opens at the instance", Arrays.equals(there, MESSAGE));
    }

    private static void asymmetric(String key, String algorithm) throws Exception {
        EncryptRequest encrypt = new EncryptRequest().setKeyId(key).setPlaintext(MESSAGE).setAlgorithm(algorithm);
        byte[] blob = client.encrypt(encrypt).getCiphertextBlob();
        DecryptRequest decrypt = new DecryptRequest().setKeyId(key).setCiphertextBlob(blob).setAlgorithm(algorithm);
        Checks.check("instance " + algorithm, Arrays.equals(client.decrypt(decrypt).getPlaintext(), MESSAGE));
    }

    private static void signing(String key, String algorithm, String keyType, String jca) throws Exception {
        SignRequest sign = new SignRequest().setKeyId(key).setMessage(MESSAGE).setMessageType("RAW");
        SignResponse signed = client.sign(sign);
        VerifyRequest verify = new VerifyRequest().setKeyId(key).setMessage(MESSAGE).setMessageType("RAW");
        verify.setAlgorithm(signed.getAlgorithm()).setSignature(signed.getSignature());
        Checks.check("instance Sign and Verify by default " + signed.getAlgorithm(), client.verify(verify).getValue());
        String pem = client.getPublicKey(new GetPublicKeyRequest().setKeyId(key)).getPublicKey();
        Checks.check("instance GetPublicKey of " + algorithm, Checks.isCanonicalPem(pem));
        verify.setMessage(Checks.utf8("other"));
        Checks.check("instance Verify of another message", !client.verify(verify).getValue());
        if (jca == null) return;
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
        sign.setMessage(digest).setMessageType("DIGEST").setAlgorithm(algorithm);
        byte[] value = client.sign(sign).getSignature();
        Checks.check("Java verifies " + algorithm, verifies(keyType, jca, Checks.pemBytes(pem), value));
    }

    /** ClientKey and CA as texts. */
    private static void otherCredentials() throws Exception {
        Config config = config().setClientKeyFile(null).setCaFilePath(null);
        config.setClientKeyContent(Checks.text(System.getenv("KEYHAVEN_CLIENT_KEY")));
        config.setCa(Checks.text(System.getenv("KEYHAVEN_CA")));
        byte[] random = new Client(config).generateRandom(new GenerateRandomRequest().setLength(1)).getRandom();
        Checks.equal("instance by contents instead of files", random.length, 1);
    }

    private static void refusals() throws Exception {
        String unknown = code(() -> client.encrypt(new EncryptRequest().setKeyId("key-none").setPlaintext(MESSAGE)));
        Checks.equal("instance with an unknown key", unknown, "Forbidden.KeyNotFound");
        String secret = code(() -> client.getSecretValue(new GetSecretValueRequest().setSecretName("none")));
        List<String> refused = List.of("Forbidden.ResourceNotFound", "Forbidden.NoPermission");
        Checks.check("instance GetSecretValue", refused.contains(secret));
        Config wrong = config().setPassword("Wrong-Pass~2016");
        Checks.check("a wrong password", code(() -> new Client(wrong)).contains("password"));
        // Another name of the host: below the clients, connections are shared by host and port, whatever their CA.
        Config untrusted = config().setCaFilePath(null);
        untrusted.setEndpoint(untrusted.getEndpoint().replace("localhost", "127.0.0.1"));
        String refusal = code(() -> new Client(untrusted).generateRandom(new GenerateRandomRequest().setLength(1)));
        Checks.check("an unknown CA: " + refusal, refusal.contains("PKIX"));
    }

    /** The code that a call fails with, or what it says when it has none; empty if it doesn't fail. */
    private static String code(java.util.concurrent.Callable<?> call) {
        try {
            call.call();
            return "";
        } catch (Exception error) {
            Throwable cause = error instanceof TeaUnretryableException ? error.getCause() : error;
            String code = cause instanceof TeaException ? ((TeaException) cause).getCode() : null;
            return code == null ? String.valueOf(cause) : code;
        }
    }
}
