// The first generation of the official Go SDK, services/kms, as the samples use it: HTTP and HTTPS, JSON and XML.
// Reads KEYHAVEN_CLIENT and KEYHAVEN_THROTTLED, paths of client.json files, and KEYHAVEN_CA.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"

	"keyhaven/compatibility/checks"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
)

type tour struct {
	name, format string
	client       *kms.Client
}

func main() {
	settings := checks.Load("KEYHAVEN_CLIENT")
	for _, scheme := range []string{"HTTP", "HTTPS"} {
		for _, format := range []string{"JSON", "XML"} {
			tour{"first " + scheme + " " + format + ": ", format, client(settings, scheme)}.run()
		}
	}
	settings.AccessKeySecret = "wrong"
	stranger := client(settings, "HTTP")
	_, err := stranger.ListKeys(kms.CreateListKeysRequest())
	// The client compares what it signed with what the server echoes.
	fails("a wrong secret", err, "SignatureDoesNotMatch")
	recommend := err.(*sdkerrors.ServerError).Recommend()
	checks.Check("a wrong secret is diagnosed", strings.Contains(recommend, "InvalidAccessKeySecret"))
	settings.AccessKeyID = "LTAI0000000000000000"
	_, err = client(settings, "HTTP").ListKeys(kms.CreateListKeysRequest())
	fails("an unknown AccessKey", err, "InvalidAccessKeyId.NotFound")
	throttling(client(checks.Load("KEYHAVEN_THROTTLED"), "HTTP"))
	checks.Finish()
}

func client(settings checks.Settings, scheme string) *kms.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(checks.Text(os.Getenv("KEYHAVEN_CA"))))
	config := sdk.NewConfig().WithScheme(scheme)
	config.WithHttpTransport(&http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}})
	credential := credentials.NewAccessKeyCredential(settings.AccessKeyID, settings.AccessKeySecret)
	client := checks.Got(kms.NewClientWithOptions(settings.RegionID, config, credential))
	client.Domain = checks.Host(settings.HTTPEndpoint)
	if scheme == "HTTPS" {
		client.Domain = checks.Host(settings.Endpoint)
	}
	return client
}

func (t tour) run() {
	key := t.create("Aliyun_AES_256", "ENCRYPT/DECRYPT", "Aliyun_KMS")
	t.lists(key)
	t.encryption(key)
	t.rotation(key)
	t.tags(key)
	t.deletion(key)
	t.rsa(t.create("RSA_2048", "ENCRYPT/DECRYPT", "Aliyun_KMS"))
	t.signing(t.create("RSA_2048", "SIGN/VERIFY", "Aliyun_KMS"), "RSA_PKCS1_SHA_256")
	t.signing(t.create("RSA_2048", "SIGN/VERIFY", "Aliyun_KMS"), "RSA_PSS_SHA_256")
	t.signing(t.create("EC_P256", "SIGN/VERIFY", "Aliyun_KMS"), "ECDSA_SHA_256")
	t.importing(t.create("Aliyun_AES_256", "ENCRYPT/DECRYPT", "EXTERNAL"))
	if t.format == "JSON" { // errors in XML are not read by this client
		request := asks(t, kms.CreateDescribeKeyRequest())
		request.KeyId = "00000000-0000-4000-8000-000000000000"
		_, err := t.client.DescribeKey(request)
		fails(t.name+"an unknown key", err, "Forbidden.KeyNotFound")
	}
}

func (t tour) create(keySpec, keyUsage, origin string) string {
	request := asks(t, kms.CreateCreateKeyRequest())
	request.KeySpec, request.KeyUsage, request.Origin = keySpec, keyUsage, origin
	request.Description = "from Go, " + checks.Message
	metadata := checks.Got(t.client.CreateKey(request)).KeyMetadata
	checks.Equal(t.name+"CreateKey "+keySpec, metadata.KeySpec, keySpec)
	checks.Equal(t.name+"description", metadata.Description, request.Description)
	return metadata.KeyId
}

func (t tour) lists(key string) {
	regions := checks.Got(t.client.DescribeRegions(asks(t, kms.CreateDescribeRegionsRequest()))).Regions.Region
	known := slices.ContainsFunc(regions, func(region kms.Region) bool { return region.RegionId == "cn-hangzhou" })
	checks.Check(t.name+"DescribeRegions", known)
	for page := 1; ; page++ {
		request := asks(t, kms.CreateListKeysRequest())
		request.PageNumber, request.PageSize = requests.NewInteger(page), requests.NewInteger(10)
		listed := checks.Got(t.client.ListKeys(request))
		if slices.ContainsFunc(listed.Keys.Key, func(entry kms.Key) bool { return entry.KeyId == key }) {
			return
		}
		checks.Check(fmt.Sprintf("%sListKeys, page %d", t.name, page), page*10 < listed.TotalCount)
	}
}

func (t tour) encryption(key string) {
	alias := asks(t, kms.CreateCreateAliasRequest())
	alias.KeyId, alias.AliasName = key, "alias/go/"+key[:13]
	checks.Got(t.client.CreateAlias(alias))
	encrypt := asks(t, kms.CreateEncryptRequest())
	// As long as a private key in PEM, which is what the samples encrypt; that needs more than a URL holds.
	long := strings.Repeat(checks.Message, 200)
	encrypt.KeyId, encrypt.Plaintext = alias.AliasName, base64.StdEncoding.EncodeToString([]byte(long))
	encrypt.EncryptionContext = `{"this":"is","encryption":"context"}`
	// As read from a file with CRLF line ends.
	blob := checks.Got(t.client.Encrypt(encrypt)).CiphertextBlob + "\r"
	opened, err := t.open(blob, `{"encryption":"context","this":"is"}`)
	checks.Must(err)
	checks.Equal(t.name+"Encrypt and Decrypt", opened, encrypt.Plaintext)
	if t.format == "JSON" {
		_, err = t.open(blob, `{"this":"was"}`)
		fails(t.name+"another context", err, "InvalidParameter")
	}
	generate := asks(t, kms.CreateGenerateDataKeyRequest())
	generate.KeyId = alias.AliasName
	dataKey := checks.Got(t.client.GenerateDataKey(generate))
	checks.Equal(t.name+"GenerateDataKey", len(checks.Bytes(dataKey.Plaintext)), 32)
	checks.Equal(t.name+"Decrypt of a data key", checks.Got(t.open(dataKey.CiphertextBlob, "")), dataKey.Plaintext)
	again := asks(t, kms.CreateReEncryptRequest())
	again.CiphertextBlob, again.DestinationKeyId = dataKey.CiphertextBlob, key
	moved := checks.Got(t.client.ReEncrypt(again)).CiphertextBlob
	checks.Equal(t.name+"ReEncrypt", checks.Got(t.open(moved, "")), dataKey.Plaintext)
	remove := asks(t, kms.CreateDeleteAliasRequest())
	remove.AliasName = alias.AliasName
	checks.Got(t.client.DeleteAlias(remove))
}

func (t tour) open(blob, context string) (string, error) {
	request := asks(t, kms.CreateDecryptRequest())
	request.CiphertextBlob, request.EncryptionContext = blob, context
	response, err := t.client.Decrypt(request)
	return response.Plaintext, err
}

func (t tour) rotation(key string) {
	for _, interval := range []string{"604800s", ""} {
		request := asks(t, kms.CreateUpdateRotationPolicyRequest())
		request.KeyId, request.RotationInterval = key, interval
		request.EnableAutomaticRotation = requests.NewBoolean(interval != "")
		checks.Got(t.client.UpdateRotationPolicy(request))
		expected := map[bool]string{true: "Enabled", false: "Disabled"}[interval != ""]
		checks.Equal(t.name+"rotation with interval '"+interval+"'", t.describe(key).AutomaticRotation, expected)
	}
}

func (t tour) tags(key string) {
	tag := asks(t, kms.CreateTagResourceRequest())
	tag.KeyId, tag.Tags = key, `[{"TagKey":"testA","TagValue":"123456"},{"TagKey":"testB","TagValue":"abcdef"}]`
	checks.Got(t.client.TagResource(tag))
	list := asks(t, kms.CreateListResourceTagsRequest())
	list.KeyId = key
	checks.Equal(t.name+"TagResource", len(checks.Got(t.client.ListResourceTags(list)).Tags.Tag), 2)
	untag := asks(t, kms.CreateUntagResourceRequest())
	untag.KeyId, untag.TagKeys = key, `["testA","testB"]`
	checks.Got(t.client.UntagResource(untag))
	checks.Equal(t.name+"UntagResource", len(checks.Got(t.client.ListResourceTags(list)).Tags.Tag), 0)
	many := asks(t, kms.CreateTagResourcesRequest())
	many.ResourceType, many.ResourceId = "key", &[]string{key}
	many.Tag = &[]kms.TagResourcesTag{{Key: "project", Value: "a+b=c:d@e/f"}}
	checks.Got(t.client.TagResources(many))
	listed := checks.Got(t.client.ListResourceTags(list)).Tags.Tag
	checks.Equal(t.name+"TagResources", listed[0].TagValue, "a+b=c:d@e/f")
}

func (t tour) deletion(key string) {
	schedule := asks(t, kms.CreateScheduleKeyDeletionRequest())
	schedule.KeyId, schedule.PendingWindowInDays = key, requests.NewInteger(7)
	checks.Got(t.client.ScheduleKeyDeletion(schedule))
	checks.Equal(t.name+"ScheduleKeyDeletion", t.describe(key).KeyState, "PendingDeletion")
	cancel := asks(t, kms.CreateCancelKeyDeletionRequest())
	cancel.KeyId = key
	checks.Got(t.client.CancelKeyDeletion(cancel))
	checks.Equal(t.name+"CancelKeyDeletion", t.describe(key).KeyState, "Enabled")
}

func (t tour) rsa(key string) {
	version := t.version(key)
	encrypt := asks(t, kms.CreateAsymmetricEncryptRequest())
	encrypt.KeyId, encrypt.KeyVersionId, encrypt.Algorithm = key, version, "RSAES_OAEP_SHA_256"
	encrypt.Plaintext = checks.Base64([]byte(checks.Message))
	there := checks.Got(t.client.AsymmetricEncrypt(encrypt)).CiphertextBlob
	here := checks.Base64(checks.OaepSha256(t.publicKey(key, version), []byte(checks.Message)))
	for _, blob := range []string{there, here} {
		decrypt := asks(t, kms.CreateAsymmetricDecryptRequest())
		decrypt.KeyId, decrypt.KeyVersionId, decrypt.Algorithm = key, version, "RSAES_OAEP_SHA_256"
		decrypt.CiphertextBlob = blob
		opened := checks.Got(t.client.AsymmetricDecrypt(decrypt)).Plaintext
		checks.Equal(t.name+"AsymmetricDecrypt", opened, encrypt.Plaintext)
	}
}

func (t tour) signing(key, algorithm string) {
	version := t.version(key)
	sign := asks(t, kms.CreateAsymmetricSignRequest())
	sign.KeyId, sign.KeyVersionId, sign.Algorithm = key, version, algorithm
	sign.Digest = checks.Base64(checks.Digest(checks.Message))
	value := checks.Got(t.client.AsymmetricSign(sign)).Value
	verify := asks(t, kms.CreateAsymmetricVerifyRequest())
	verify.KeyId, verify.KeyVersionId, verify.Algorithm = key, version, algorithm
	verify.Digest, verify.Value = sign.Digest, value
	checks.Check(t.name+"AsymmetricVerify "+algorithm, checks.Got(t.client.AsymmetricVerify(verify)).Value)
	local := verifies(t.publicKey(key, version), algorithm, checks.Digest(checks.Message), checks.Bytes(value))
	checks.Check(t.name+"Go verifies "+algorithm, local)
}

func verifies(spki []byte, algorithm string, digest, value []byte) bool {
	switch key := checks.Got(x509.ParsePKIXPublicKey(spki)).(type) {
	case *rsa.PublicKey:
		if algorithm == "RSA_PSS_SHA_256" {
			return rsa.VerifyPSS(key, crypto.SHA256, digest, value, &rsa.PSSOptions{SaltLength: 32}) == nil
		}
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest, value) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(key, digest, value)
	}
	return false
}

func (t tour) importing(key string) {
	parameters := asks(t, kms.CreateGetParametersForImportRequest())
	parameters.KeyId, parameters.WrappingKeySpec, parameters.WrappingAlgorithm = key, "RSA_2048", "RSAES_OAEP_SHA_256"
	given := checks.Got(t.client.GetParametersForImport(parameters))
	request := asks(t, kms.CreateImportKeyMaterialRequest())
	request.KeyId, request.ImportToken = key, given.ImportToken
	wrapped := checks.OaepSha256(checks.Bytes(given.PublicKey), checks.Digest(key))
	request.EncryptedKeyMaterial = checks.Base64(wrapped)
	checks.Got(t.client.ImportKeyMaterial(request))
	checks.Equal(t.name+"ImportKeyMaterial", t.describe(key).KeyState, "Enabled")
	remove := asks(t, kms.CreateDeleteKeyMaterialRequest())
	remove.KeyId = key
	checks.Got(t.client.DeleteKeyMaterial(remove))
	checks.Equal(t.name+"DeleteKeyMaterial", t.describe(key).KeyState, "PendingImport")
}

func (t tour) describe(key string) kms.KeyMetadata {
	request := asks(t, kms.CreateDescribeKeyRequest())
	request.KeyId = key
	return checks.Got(t.client.DescribeKey(request)).KeyMetadata
}

func (t tour) version(key string) string {
	request := asks(t, kms.CreateListKeyVersionsRequest())
	request.KeyId = key
	return checks.Got(t.client.ListKeyVersions(request)).KeyVersions.KeyVersion[0].KeyVersionId
}

func (t tour) publicKey(key, version string) []byte {
	request := asks(t, kms.CreateGetPublicKeyRequest())
	request.KeyId, request.KeyVersionId = key, version
	return checks.Spki(t.name+"GetPublicKey", checks.Got(t.client.GetPublicKey(request)).PublicKey)
}

func throttling(client *kms.Client) {
	for range 20 {
		if _, err := client.ListKeys(kms.CreateListKeysRequest()); err != nil {
			fails("too many calls", err, "Rejected.Throttling")
			return
		}
	}
	checks.Check("too many calls", false)
}

// asks sets the form of the answer, for which the client has a field in every request but no method.
func asks[R requests.AcsRequest](t tour, request R) R {
	reflect.ValueOf(request).Elem().FieldByName("AcceptFormat").SetString(t.format)
	return request
}

func fails(name string, err error, code string) {
	failure, ok := err.(sdkerrors.Error)
	checks.Check(name+" is refused", ok)
	checks.Equal(name, failure.ErrorCode(), code)
}
