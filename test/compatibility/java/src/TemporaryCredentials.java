import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.sts.AssumeRoleRequest;
import com.aliyuncs.auth.sts.AssumeRoleResponse;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.kms.model.v20160120.CreateKeyRequest;
import com.aliyuncs.kms.model.v20160120.EncryptRequest;
import com.aliyuncs.profile.DefaultProfile;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.util.Map;

/**
 * A role is made, assumed and used by aliyun-java-sdk-core, over HTTPS. Reads KEYHAVEN_CLIENT. The CA comes from the
 * trust store of the JVM.
 */
final class TemporaryCredentials {
    private static Map<String, String> settings;
    private static String host;
    private static DefaultProfile profile;
    private static DefaultAcsClient owner;

    public static void main(String[] arguments) throws Exception {
        settings = Checks.settings("KEYHAVEN_CLIENT");
        host = Checks.host(settings.get("endpoint"));
        profile = DefaultProfile.getProfile(
                settings.get("regionId"), settings.get("accessKeyId"), settings.get("accessKeySecret"));
        owner = new DefaultAcsClient(profile);
        AssumeRoleRequest assume = new AssumeRoleRequest();
        assume.setSysEndpoint(host);
        assume.setSysProtocol(ProtocolType.HTTPS);
        assume.setRoleArn(role());
        assume.setRoleSessionName("java");
        assume.setDurationSeconds(900L);
        AssumeRoleResponse.Credentials given = assumer().getAcsResponse(assume).getCredentials();
        DefaultAcsClient client = new DefaultAcsClient(
                profile,
                new BasicSessionCredentials(
                        given.getAccessKeyId(), given.getAccessKeySecret(), given.getSecurityToken()));
        Checks.equal("GetCallerIdentity", text(identity(client), "IdentityType"), "AssumedRoleUser");
        EncryptRequest encrypt = new EncryptRequest();
        encrypt.setSysEndpoint(host);
        encrypt.setSysProtocol(ProtocolType.HTTPS);
        encrypt.setKeyId(key());
        encrypt.setPlaintext("hello world");
        Checks.check("Encrypt by a role", !client.getAcsResponse(encrypt).getCiphertextBlob().isEmpty());
        try {
            client.getAcsResponse(createKey());
            Checks.check("CreateKey by a role that may only encrypt", false);
        } catch (ClientException error) {
            Checks.equal("CreateKey by a role that may only encrypt", error.getErrCode(), "Forbidden.NoPermission");
        }
        Checks.finish();
    }

    /** @return ARN of a new role that anybody of the account may assume, to encrypt */
    private static String role() throws Exception {
        String root = "acs:ram::" + text(identity(owner), "AccountId") + ":root";
        String trust = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\","
                + "\"Principal\":{\"RAM\":[\"" + root + "\"]}}]}";
        String policy = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:Encrypt\","
                + "\"Resource\":\"*\"}]}";
        ram("CreatePolicy", Map.of("PolicyName", "java-encrypt", "PolicyDocument", policy));
        JsonObject made = ram("CreateRole", Map.of("RoleName", "java", "AssumeRolePolicyDocument", trust));
        ram("AttachPolicyToRole", Map.of("PolicyType", "Custom", "PolicyName", "java-encrypt", "RoleName", "java"));
        return text(made.getAsJsonObject("Role"), "Arn");
    }

    /** A user who may assume roles: the account itself may not. */
    private static DefaultAcsClient assumer() throws Exception {
        Map<String, String> user = Map.of("UserName", "java");
        ram("CreateUser", user);
        ram("AttachPolicyToUser", Map.of(
                "PolicyType", "System", "PolicyName", "AliyunSTSAssumeRoleAccess", "UserName", "java"));
        JsonObject key = ram("CreateAccessKey", user).getAsJsonObject("AccessKey");
        return new DefaultAcsClient(DefaultProfile.getProfile(
                settings.get("regionId"), text(key, "AccessKeyId"), text(key, "AccessKeySecret")));
    }

    private static JsonObject identity(DefaultAcsClient client) throws Exception {
        return call(client, "2015-04-01", "GetCallerIdentity", Map.of());
    }

    private static JsonObject ram(String action, Map<String, String> parameters) throws Exception {
        return call(owner, "2015-05-01", action, parameters);
    }

    private static JsonObject call(
            DefaultAcsClient client, String version, String action, Map<String, String> parameters) throws Exception {
        CommonRequest request = new CommonRequest();
        request.setSysDomain(host);
        request.setSysProtocol(ProtocolType.HTTPS);
        request.setSysMethod(MethodType.POST);
        request.setSysVersion(version);
        request.setSysAction(action);
        parameters.forEach(request::putBodyParameter);
        return new Gson().fromJson(client.getCommonResponse(request).getData(), JsonObject.class);
    }

    private static CreateKeyRequest createKey() {
        CreateKeyRequest request = new CreateKeyRequest();
        request.setSysEndpoint(host);
        request.setSysProtocol(ProtocolType.HTTPS);
        return request;
    }

    private static String key() throws Exception {
        return owner.getAcsResponse(createKey()).getKeyMetadata().getKeyId();
    }

    private static String text(JsonObject object, String name) {
        return object.get(name).getAsString();
    }
}
