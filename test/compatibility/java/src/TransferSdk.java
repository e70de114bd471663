import com.aliyun.dkms.gcs.openapi.models.Config;
import com.aliyun.kms.KmsTransferAcsClient;
import com.aliyuncs.AcsResponse;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.IAcsClient;
import com.aliyuncs.RpcAcsRequest;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.FormatType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.kms.model.v20160120.*;
import com.aliyuncs.profile.DefaultProfile;
import java.security.MessageDigest;
import java.util.Map;

/**
 * kms-transfer-client, which sends calls of the first generation to the instance gateway: what one of the two clients
 * makes, the other reads. Reads the same variables as InstanceSdk, and KEYHAVEN_SIGNING_KEY.
 */
final class TransferSdk {
    private final String name;
    private final FormatType format;
    private final String endpoint;
    private final IAcsClient instance;
    private final IAcsClient shared;

    private TransferSdk(FormatType format) throws Exception {
        Map<String, String> settings = Checks.settings("KEYHAVEN_CLIENT");
        DefaultProfile profile = DefaultProfile.getProfile(
                settings.get("regionId"), settings.get("accessKeyId"), settings.get("accessKeySecret"));
        Config config = new Config()
                .setProtocol("https")
                .setEndpoint(Checks.host(settings.get("endpoint")))
                .setClientKeyFile(System.getenv("KEYHAVEN_CLIENT_KEY"))
                .setPassword(Checks.text(System.getenv("KEYHAVEN_CLIENT_KEY_PASSWORD_FILE")))
                .setCaFilePath(System.getenv("KEYHAVEN_CA"));
        this.name = "transfer " + format + ": ";
        this.format = format;
        this.endpoint = Checks.host(settings.get("httpEndpoint"));
        this.instance = new KmsTransferAcsClient(profile, config);
        this.shared = new DefaultAcsClient(profile);
    }

    public static void main(String[] arguments) throws Exception {
        for (FormatType format : new FormatType[] {FormatType.JSON, FormatType.XML}) new TransferSdk(format).tour();
        Checks.finish();
    }

    private void tour() throws Exception {
        String key = create("Aliyun_AES_256", "ENCRYPT/DECRYPT");
        for (String context : new String[] {null, "{\"this\":\"is\",\"encryption\":\"context\"}"}) {
            for (IAcsClient from : new IAcsClient[] {instance, shared}) {
                for (IAcsClient to : new IAcsClient[] {instance, shared}) encryption(key, context, from, to);
            }
        }
        asymmetric(create("RSA_2048", "ENCRYPT/DECRYPT"));
        signing(create("EC_P256", "SIGN/VERIFY"));
        EncryptRequest unknown = new EncryptRequest();
        unknown.setKeyId("key-none");
        unknown.setPlaintext("x");
        String code = "Forbidden.KeyNotFound";
        Checks.fails(name + "an unknown key", code, TransferSdk::code, () -> send(instance, unknown));
    }

    private String create(String keySpec, String keyUsage) throws Exception {
        CreateKeyRequest request = new CreateKeyRequest();
        request.setKeySpec(keySpec);
        request.setKeyUsage(keyUsage);
        request.setDKMSInstanceId(System.getenv("KEYHAVEN_INSTANCE"));
        // The transfer client sends it to the OpenAPI gateway.
        return send(instance, request).getKeyMetadata().getKeyId();
    }

    private void encryption(String key, String context, IAcsClient from, IAcsClient to) throws Exception {
        String way = name + (from == to ? "back" : "across") + (from == instance ? " from the instance" : "")
                + (context == null ? "" : " with a context");
        EncryptRequest encrypt = new EncryptRequest();
        encrypt.setKeyId(key);
        encrypt.setPlaintext(Checks.MESSAGE);
        encrypt.setEncryptionContext(context);
        String opened = open(to, send(from, encrypt).getCiphertextBlob(), context);
        Checks.equal(way + ", Encrypt", opened, Checks.MESSAGE);
        GenerateDataKeyRequest generate = new GenerateDataKeyRequest();
        generate.setKeyId(key);
        generate.setEncryptionContext(context);
        GenerateDataKeyResponse dataKey = send(from, generate);
        opened = open(to, dataKey.getCiphertextBlob(), context);
        Checks.equal(way + ", GenerateDataKey", opened, dataKey.getPlaintext());
    }

    private String open(IAcsClient client, String blob, String context) throws Exception {
        DecryptRequest request = new DecryptRequest();
        request.setCiphertextBlob(blob);
        request.setEncryptionContext(context);
        return send(client, request).getPlaintext();
    }

    private void asymmetric(String key) throws Exception {
        AsymmetricEncryptRequest encrypt = new AsymmetricEncryptRequest();
        encrypt.setKeyId(key);
        encrypt.setKeyVersionId(version(key));
        encrypt.setAlgorithm("RSAES_OAEP_SHA_256");
        encrypt.setPlaintext(Checks.base64(Checks.utf8(Checks.MESSAGE)));
        AsymmetricDecryptRequest decrypt = new AsymmetricDecryptRequest();
        decrypt.setKeyId(key);
        decrypt.setKeyVersionId(encrypt.getKeyVersionId());
        decrypt.setAlgorithm("RSAES_OAEP_SHA_256");
        decrypt.setCiphertextBlob(send(instance, encrypt).getCiphertextBlob());
        for (IAcsClient client : new IAcsClient[] {instance, shared}) {
            Checks.equal(name + "AsymmetricDecrypt", send(client, decrypt).getPlaintext(), encrypt.getPlaintext());
        }
    }

    private void signing(String key) throws Exception {
        String digest = Checks.base64(MessageDigest.getInstance("SHA-256").digest(Checks.utf8(Checks.MESSAGE)));
        AsymmetricSignRequest sign = new AsymmetricSignRequest();
        sign.setKeyId(key);
        sign.setKeyVersionId(version(key));
        sign.setAlgorithm("ECDSA_SHA_256");
        sign.setDigest(digest);
        AsymmetricVerifyRequest verify = new AsymmetricVerifyRequest();
        verify.setKeyId(key);
        verify.setKeyVersionId(sign.getKeyVersionId());
        verify.setAlgorithm("ECDSA_SHA_256");
        verify.setDigest(digest);
        verify.setValue(send(instance, sign).getValue());
        for (IAcsClient client : new IAcsClient[] {instance, shared}) {
            Checks.equal(name + "AsymmetricVerify", send(client, verify).getValue(), true);
        }
        GetPublicKeyRequest request = new GetPublicKeyRequest();
        request.setKeyId(key);
        request.setKeyVersionId(sign.getKeyVersionId());
        String pem = send(instance, request).getPublicKey();
        Checks.equal(name + "GetPublicKey of both gateways", pem, send(shared, request).getPublicKey());
    }

    private String version(String key) throws Exception {
        ListKeyVersionsRequest request = new ListKeyVersionsRequest();
        request.setKeyId(key);
        return send(shared, request).getKeyVersions().get(0).getKeyVersionId();
    }

    private <T extends AcsResponse> T send(IAcsClient client, RpcAcsRequest<T> request) throws ClientException {
        request.setSysEndpoint(endpoint);
        request.setSysProtocol(ProtocolType.HTTP);
        request.setAcceptFormat(format);
        return client.getAcsResponse(request);
    }

    private static String code(Exception error) {
        return error instanceof ClientException ? ((ClientException) error).getErrCode() : String.valueOf(error);
    }
}
