import com.aliyun.dkms.gcs.sdk.models.EncryptRequest;
import com.aliyun.kms20160120.Client;
import com.aliyun.kms20160120.models.CreateKeyRequest;
import com.aliyun.teaopenapi.models.Config;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.kms.model.v20160120.ListKeysRequest;
import com.aliyuncs.profile.DefaultProfile;

/**
 * The official Java SDKs as they are written for the cloud: without an endpoint, and the instance SDK with that of an
 * instance. Reads ALIBABA_CLOUD_ACCESS_KEY_ID and its secret, KEYHAVEN_INSTANCE, KEYHAVEN_CLIENT_KEY,
 * KEYHAVEN_CLIENT_KEY_PASSWORD_FILE, KEYHAVEN_CA and KEYHAVEN_SYMMETRIC_KEY.
 */
final class AsCloud {
    private static final String REGION = "cn-hangzhou";

    public static void main(String[] arguments) throws Exception {
        String id = System.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID");
        String secret = System.getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET");
        Client second = new Client(new Config().setAccessKeyId(id).setAccessKeySecret(secret).setRegionId(REGION));
        String state = second.createKey(new CreateKeyRequest()).getBody().getKeyMetadata().getKeyState();
        Checks.equal("tea: CreateKey", state, "Enabled");

        DefaultAcsClient first = new DefaultAcsClient(DefaultProfile.getProfile(REGION, id, secret));
        for (ProtocolType protocol : new ProtocolType[] {ProtocolType.HTTPS, ProtocolType.HTTP}) {
            ListKeysRequest list = new ListKeysRequest();
            list.setSysProtocol(protocol);
            Checks.check("core: ListKeys, " + protocol, first.getAcsResponse(list).getTotalCount() > 0);
        }

        com.aliyun.dkms.gcs.openapi.models.Config config = new com.aliyun.dkms.gcs.openapi.models.Config();
        config.setProtocol("https").setEndpoint(System.getenv("KEYHAVEN_INSTANCE") + ".cryptoservice.kms.aliyuncs.com");
        config.setClientKeyFile(System.getenv("KEYHAVEN_CLIENT_KEY"));
        config.setPassword(Checks.text(System.getenv("KEYHAVEN_CLIENT_KEY_PASSWORD_FILE")));
        config.setCaFilePath(System.getenv("KEYHAVEN_CA"));
        EncryptRequest encrypt = new EncryptRequest().setKeyId(System.getenv("KEYHAVEN_SYMMETRIC_KEY"));
        byte[] sealed = new com.aliyun.dkms.gcs.sdk.Client(config)
                .encrypt(encrypt.setPlaintext(Checks.utf8("x")))
                .getCiphertextBlob();
        Checks.check("instance SDK: Encrypt", sealed.length > 0);
        Checks.finish();
    }
}
