// The second generation of the official Go SDK, kms-20160120: ACS3, over HTTP and over HTTPS with the CA as a setting.
// Reads KEYHAVEN_CLIENT, KEYHAVEN_THROTTLED and KEYHAVEN_CA.
package main

import (
	"errors"
	"os"

	"keyhaven/compatibility/checks"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	kms "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
)

type tour struct {
	name   string
	client *kms.Client
}

func main() {
	settings := checks.Load("KEYHAVEN_CLIENT")
	https := config(settings).SetProtocol("https").SetEndpoint(checks.Host(settings.Endpoint))
	https.SetCa(checks.Text(os.Getenv("KEYHAVEN_CA")))
	tour{"second http: ", checks.Got(kms.NewClient(config(settings)))}.run()
	tour{"second https: ", checks.Got(kms.NewClient(https))}.run()
	version1 := config(settings).SetSignatureAlgorithm("v2")
	tour{"second signature version 1: ", checks.Got(kms.NewClient(version1))}.run()
	sm3 := checks.Got(kms.NewClient(config(settings).SetSignatureAlgorithm("ACS3-HMAC-SM3")))
	tour{"second SM3: ", sm3}.run()
	stranger := checks.Got(kms.NewClient(config(settings).SetAccessKeySecret("wrong")))
	_, err := stranger.ListKeys(&kms.ListKeysRequest{})
	fails("second: a wrong secret", err, "SignatureDoesNotMatch")
	throttling(checks.Got(kms.NewClient(config(checks.Load("KEYHAVEN_THROTTLED")))))
	checks.Finish()
}

func config(settings checks.Settings) *openapi.Config {
	config := (&openapi.Config{}).SetProtocol("http").SetEndpoint(checks.Host(settings.HTTPEndpoint))
	return config.SetAccessKeyId(settings.AccessKeyID).SetAccessKeySecret(settings.AccessKeySecret)
}

func (t tour) run() {
	key := t.create("Aliyun_AES_256", "ENCRYPT/DECRYPT")
	t.encryption(key)
	t.encryption(t.create("Aliyun_SM4", "ENCRYPT/DECRYPT"))
	t.rotationAndTags(key)
	t.signing(t.create("RSA_2048", "SIGN/VERIFY"), "RSA_PKCS1_SHA_256")
	t.signing(t.create("EC_SM2", "SIGN/VERIFY"), "SM2DSA")
	t.importing()
	t.deletion(key)
	instances := checks.Got(t.client.ListKmsInstances(&kms.ListKmsInstancesRequest{})).Body.KmsInstances.KmsInstance
	checks.Check(t.name+"ListKmsInstances", len(instances) > 0)
	_, err := t.client.DescribeKey((&kms.DescribeKeyRequest{}).SetKeyId("00000000-0000-4000-8000-000000000000"))
	fails(t.name+"an unknown key", err, "Forbidden.KeyNotFound")
}

func (t tour) create(keySpec, keyUsage string) string {
	request := (&kms.CreateKeyRequest{}).SetKeySpec(keySpec).SetKeyUsage(keyUsage).SetDescription(checks.Message)
	metadata := checks.Got(t.client.CreateKey(request)).Body.KeyMetadata
	checks.Equal(t.name+"CreateKey "+keySpec, *metadata.Description, checks.Message)
	return *metadata.KeyId
}

func (t tour) encryption(key string) {
	alias := "alias/go/" + key[:13]
	checks.Got(t.client.CreateAlias((&kms.CreateAliasRequest{}).SetKeyId(key).SetAliasName(alias)))
	encrypt := (&kms.EncryptRequest{}).SetKeyId(alias).SetPlaintext(checks.Message)
	encrypt.SetEncryptionContext(map[string]any{"this": "is", "encryption": "context"})
	blob := *checks.Got(t.client.Encrypt(encrypt)).Body.CiphertextBlob
	decrypt := (&kms.DecryptRequest{}).SetCiphertextBlob(blob)
	decrypt.SetEncryptionContext(map[string]any{"encryption": "context", "this": "is"})
	checks.Equal(t.name+"Encrypt and Decrypt", *checks.Got(t.client.Decrypt(decrypt)).Body.Plaintext, checks.Message)
	_, err := t.client.Decrypt((&kms.DecryptRequest{}).SetCiphertextBlob(blob))
	fails(t.name+"no context", err, "InvalidParameter")
	generate := (&kms.GenerateDataKeyRequest{}).SetKeyId(key).SetNumberOfBytes(64)
	dataKey := checks.Got(t.client.GenerateDataKey(generate)).Body
	open := (&kms.DecryptRequest{}).SetCiphertextBlob(*dataKey.CiphertextBlob)
	checks.Equal(t.name+"GenerateDataKey", *checks.Got(t.client.Decrypt(open)).Body.Plaintext, *dataKey.Plaintext)
	checks.Got(t.client.DeleteAlias((&kms.DeleteAliasRequest{}).SetAliasName(alias)))
}

func (t tour) rotationAndTags(key string) {
	for _, interval := range []string{"604800s", ""} {
		request := (&kms.UpdateRotationPolicyRequest{}).SetKeyId(key).SetRotationInterval(interval)
		checks.Got(t.client.UpdateRotationPolicy(request.SetEnableAutomaticRotation(interval != "")))
		expected := map[bool]string{true: "Enabled", false: "Disabled"}[interval != ""]
		checks.Equal(t.name+"rotation with interval '"+interval+"'", *t.describe(key).AutomaticRotation, expected)
	}
	tag := (&kms.TagResourcesRequestTag{}).SetKey("project").SetValue("a+b=c:d@e/f")
	request := (&kms.TagResourcesRequest{}).SetRegionId("cn-hangzhou").SetResourceType("key")
	request.SetResourceId([]*string{&key}).SetTag([]*kms.TagResourcesRequestTag{tag})
	checks.Got(t.client.TagResources(request))
	list := (&kms.ListTagResourcesRequest{}).SetRegionId("cn-hangzhou").SetResourceType("key")
	listed := checks.Got(t.client.ListTagResources(list.SetResourceId([]*string{&key}))).Body.TagResources.TagResource
	checks.Equal(t.name+"TagResources", *listed[0].TagValue, "a+b=c:d@e/f")
}

func (t tour) signing(key, algorithm string) {
	list := (&kms.ListKeyVersionsRequest{}).SetKeyId(key)
	version := checks.Got(t.client.ListKeyVersions(list)).Body.KeyVersions.KeyVersion[0].KeyVersionId
	digest := checks.Base64(checks.Digest(key))
	sign := (&kms.AsymmetricSignRequest{}).SetKeyId(key).SetKeyVersionId(*version)
	value := checks.Got(t.client.AsymmetricSign(sign.SetAlgorithm(algorithm).SetDigest(digest))).Body.Value
	verify := (&kms.AsymmetricVerifyRequest{}).SetKeyId(key).SetKeyVersionId(*version)
	verify.SetAlgorithm(algorithm).SetDigest(digest).SetValue(*value)
	checks.Check(t.name+"AsymmetricVerify "+algorithm, *checks.Got(t.client.AsymmetricVerify(verify)).Body.Value)
	get := (&kms.GetPublicKeyRequest{}).SetKeyId(key).SetKeyVersionId(*version)
	checks.Spki(t.name+"GetPublicKey", *checks.Got(t.client.GetPublicKey(get)).Body.PublicKey)
}

func (t tour) importing() {
	made := checks.Got(t.client.CreateKey((&kms.CreateKeyRequest{}).SetOrigin("EXTERNAL"))).Body.KeyMetadata
	parameters := (&kms.GetParametersForImportRequest{}).SetKeyId(*made.KeyId)
	parameters.SetWrappingKeySpec("RSA_2048").SetWrappingAlgorithm("RSAES_OAEP_SHA_256")
	given := checks.Got(t.client.GetParametersForImport(parameters)).Body
	wrapped := checks.OaepSha256(checks.Bytes(*given.PublicKey), checks.Digest(*made.KeyId))
	request := (&kms.ImportKeyMaterialRequest{}).SetKeyId(*made.KeyId).SetImportToken(*given.ImportToken)
	request.SetEncryptedKeyMaterial(checks.Base64(wrapped)).SetKeyMaterialExpireUnix(0)
	checks.Got(t.client.ImportKeyMaterial(request))
	checks.Equal(t.name+"ImportKeyMaterial", *t.describe(*made.KeyId).KeyState, "Enabled")
}

func (t tour) deletion(key string) {
	schedule := (&kms.ScheduleKeyDeletionRequest{}).SetKeyId(key).SetPendingWindowInDays(7)
	checks.Got(t.client.ScheduleKeyDeletion(schedule))
	checks.Equal(t.name+"ScheduleKeyDeletion", *t.describe(key).KeyState, "PendingDeletion")
	checks.Got(t.client.CancelKeyDeletion((&kms.CancelKeyDeletionRequest{}).SetKeyId(key)))
	checks.Equal(t.name+"CancelKeyDeletion", *t.describe(key).KeyState, "Enabled")
}

func (t tour) describe(key string) *kms.DescribeKeyResponseBodyKeyMetadata {
	return checks.Got(t.client.DescribeKey((&kms.DescribeKeyRequest{}).SetKeyId(key))).Body.KeyMetadata
}

func throttling(client *kms.Client) {
	for range 20 {
		if _, err := client.ListKeys(&kms.ListKeysRequest{}); err != nil {
			fails("second: too many calls", err, "Rejected.Throttling")
			return
		}
	}
	checks.Check("second: too many calls", false)
}

func fails(name string, err error, code string) {
	var failure *tea.SDKError
	checks.Check(name+" is refused", errors.As(err, &failure))
	checks.Equal(name, tea.StringValue(failure.Code), code)
}
