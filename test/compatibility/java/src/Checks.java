import com.google.gson.Gson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** What the programs share: settings handed over in the environment, one printed line a check, local cryptography. */
final class Checks {
    static final String MESSAGE = "测试消息";

    private Checks() {}

    /** A client.json: endpoint, httpEndpoint, accessKeyId, accessKeySecret, regionId. */
    static Map<String, String> settings(String variable) throws Exception {
        return new Gson().fromJson(text(System.getenv(variable)), Map.class);
    }

    static String text(String path) throws Exception {
        return new String(Files.readAllBytes(Paths.get(path)), StandardCharsets.UTF_8).trim();
    }

    /** `host:port` without scheme. */
    static String host(String url) {
        return url.replaceFirst("^https?://", "").replaceFirst("/$", "");
    }

    static void check(String name, boolean condition) {
        if (!condition) {
            System.out.println("FAILED " + name);
            System.exit(1);
        }
        System.out.println("ok " + name);
    }

    static void equal(String name, Object actual, Object expected) {
        if (!expected.equals(actual)) System.out.println("expected " + expected + ", got " + actual);
        check(name, expected.equals(actual));
    }

    /** The call fails, and the client calls the failure so. */
    static void fails(String name, String code, Function<Exception, String> codeOf, Callable<?> call) {
        try {
            call.call();
        } catch (Exception error) {
            equal(name, codeOf.apply(error), code);
            return;
        }
        check(name + " is refused", false);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] pemBytes(String pem) {
        return bytes(pem.replaceAll("-----[A-Z ]+-----|\\s", ""));
    }

    /** The form of PEM that the samples compare byte for byte. */
    static boolean isCanonicalPem(String pem) {
        String lines = Base64.getMimeEncoder(64, utf8("\n")).encodeToString(pemBytes(pem));
        return pem.equals("-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----\n");
    }

    static PublicKey publicKey(String algorithm, byte[] spki) throws Exception {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
    }

    /** RSAES_OAEP_SHA_256: both hashes are SHA-256, unlike what the transformation's name means in Java. */
    static byte[] oaepSha256(PublicKey key, byte[] plaintext) throws Exception {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                key,
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        return cipher.doFinal(plaintext);
    }

    static void finish() {
        System.out.println("all checks passed");
        // Some clients leave threads behind.
        System.exit(0);
    }
}
