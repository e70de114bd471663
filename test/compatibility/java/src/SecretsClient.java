import com.aliyuncs.kms.secretsmanager.client.SecretCacheClient;
import com.aliyuncs.kms.secretsmanager.client.SecretCacheClientBuilder;
import com.aliyuncs.kms.secretsmanager.client.model.SecretInfo;
import java.nio.charset.StandardCharsets;

/**
 * Reads secrets with the official secrets client, the only one that reads XML. What it connects to and how it signs is in
 * the variables of the environment that the client itself knows; the argument is a name for what is printed.
 */
final class SecretsClient {
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0] + ": ";
        SecretCacheClient client = SecretCacheClientBuilder.newClient();
        SecretInfo text = client.getSecretInfo("compatibility/db");
        Checks.equal(name + "text", text.getSecretValue(), "{\"password\":\"päss\"}");
        Checks.equal(name + "version", text.getVersionId(), "v2");
        Checks.equal(name + "type", text.getSecretType(), "Generic");
        Checks.equal(name + "one value", client.getStringValue("compatibility/db"), text.getSecretValue());
        SecretInfo binary = client.getSecretInfo("compatibility/binary");
        Checks.equal(name + "binary", binary.getSecretDataType(), "binary");
        // It takes the text for the bytes.
        String bytes = StandardCharsets.UTF_8.decode(client.getBinaryValue("compatibility/binary")).toString();
        Checks.equal(name + "binary value", bytes, "AAH/");
        SecretInfo managed = client.getSecretInfo("compatibility/managed");
        Checks.equal(name + "rotation", managed.getRotationInterval(), "604800s");
        Checks.equal(name + "whether it rotates", managed.getAutomaticRotation(), "Enabled");
        Checks.check(name + "next rotation", managed.getNextRotationDate().matches("[-0-9]{10}T[:0-9]{8}Z"));
        Checks.check(name + "configuration", managed.getExtendedConfig().contains("rm-1"));
        Checks.check(name + "refresh", client.refreshNow("compatibility/db"));
        Checks.fails(name + "unknown secret", "true", SecretsClient::isNotFound, () -> client.getSecretInfo("none"));
        Checks.finish();
    }

    private static String isNotFound(Exception error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("Forbidden.ResourceNotFound")) return "true";
        }
        return String.valueOf(error);
    }
}
