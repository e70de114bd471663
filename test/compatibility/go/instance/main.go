// The Go clients of the instance gateway: alibabacloud-dkms-gcs-go-sdk, and alibabacloud-dkms-transfer-go-sdk, whose
// ciphertexts are shared with the OpenAPI gateway. Both read the ClientKey by golang.org/x/crypto/pkcs12 and present
// its certificate in TLS. Reads KEYHAVEN_CLIENT, KEYHAVEN_CA, KEYHAVEN_CLIENT_KEY, KEYHAVEN_CLIENT_KEY_PASSWORD_FILE,
// KEYHAVEN_SYMMETRIC_KEY, KEYHAVEN_SIGNING_KEY and KEYHAVEN_SIGNING_VERSION.
package main

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"keyhaven/compatibility/checks"

	"github.com/alibabacloud-go/tea/tea"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
	openapi "github.com/aliyun/alibabacloud-dkms-gcs-go-sdk/openapi"
	util "github.com/aliyun/alibabacloud-dkms-gcs-go-sdk/openapi-util"
	sdk "github.com/aliyun/alibabacloud-dkms-gcs-go-sdk/sdk"
	transfer "github.com/aliyun/alibabacloud-dkms-transfer-go-sdk/sdk"
	"golang.org/x/crypto/pkcs12"
)

var (
	settings  = checks.Load("KEYHAVEN_CLIENT")
	password  = checks.Text(os.Getenv("KEYHAVEN_CLIENT_KEY_PASSWORD_FILE"))
	symmetric = tea.String(os.Getenv("KEYHAVEN_SYMMETRIC_KEY"))
	signing   = tea.String(os.Getenv("KEYHAVEN_SIGNING_KEY"))
	message   = []byte(checks.Message)
)

func main() {
	clientKey()
	client := checks.Got(sdk.NewClient(config()))
	encryption(client)
	dataKeys(client)
	signatures(client)
	refusals(client)
	transfers()
	checks.Finish()
}

func config() *openapi.Config {
	return &openapi.Config{
		Protocol:      tea.String("https"),
		Endpoint:      tea.String(checks.Host(settings.Endpoint)),
		ClientKeyFile: tea.String(os.Getenv("KEYHAVEN_CLIENT_KEY")),
		Password:      &password,
		CaFilePath:    tea.String(os.Getenv("KEYHAVEN_CA")),
	}
}

// clientKey loads what was issued as Go programs do without an SDK: one certificate, then one key.
func clientKey() {
	var file struct{ KeyId, PrivateKeyData string }
	checks.Must(json.Unmarshal([]byte(checks.Text(os.Getenv("KEYHAVEN_CLIENT_KEY"))), &file))
	key, certificate, err := pkcs12.Decode(checks.Bytes(file.PrivateKeyData), password)
	checks.Must(err)
	public := key.(*rsa.PrivateKey).Public().(*rsa.PublicKey)
	checks.Check("pkcs12.Decode gives key and certificate", public.Equal(certificate.PublicKey))
	blocks := checks.Got(pkcs12.ToPEM(checks.Bytes(file.PrivateKeyData), password))
	checks.Check("pkcs12.ToPEM", len(blocks) == 2 && blocks[0].Type == "CERTIFICATE" && blocks[1].Type == "PRIVATE KEY")
	_, _, err = pkcs12.Decode(checks.Bytes(file.PrivateKeyData), "Wrong-Pass~2016")
	checks.Check("a wrong password", errors.Is(err, pkcs12.ErrIncorrectPassword))
}

func encryption(client *sdk.Client) {
	sealed := checks.Got(client.Encrypt(&sdk.EncryptRequest{KeyId: symmetric, Plaintext: message, Aad: []byte("aad")}))
	decrypt := &sdk.DecryptRequest{KeyId: symmetric, Iv: sealed.Iv, Aad: []byte("aad")}
	decrypt.CiphertextBlob = sealed.CiphertextBlob
	checks.EqualBytes("instance Encrypt and Decrypt", checks.Got(client.Decrypt(decrypt)).Plaintext, message)
	advanced := checks.Got(client.AdvanceEncrypt(&sdk.AdvanceEncryptRequest{KeyId: symmetric, Plaintext: message}))
	open := &sdk.AdvanceDecryptRequest{CiphertextBlob: advanced.CiphertextBlob}
	checks.EqualBytes("instance AdvanceEncrypt", checks.Got(client.AdvanceDecrypt(open)).Plaintext, message)
	random := checks.Got(client.GenerateRandom(&sdk.GenerateRandomRequest{Length: tea.Int32(24)})).Random
	checks.Equal("instance GenerateRandom", len(random), 24)
}

func dataKeys(client *sdk.Client) {
	generate := &sdk.GenerateDataKeyRequest{KeyId: symmetric, NumberOfBytes: tea.Int32(32)}
	dataKey := checks.Got(client.GenerateDataKey(generate))
	decrypt := &sdk.DecryptRequest{KeyId: symmetric, CiphertextBlob: dataKey.CiphertextBlob, Iv: dataKey.Iv}
	checks.EqualBytes("instance GenerateDataKey", checks.Got(client.Decrypt(decrypt)).Plaintext, dataKey.Plaintext)
	pair := checks.Got(client.GenerateDataKeyPair(&sdk.GenerateDataKeyPairRequest{
		KeyId: symmetric, KeyPairSpec: tea.String("RSA_2048"), KeyFormat: tea.String("DER"),
	}))
	private := checks.Got(x509.ParsePKCS8PrivateKey(pair.PrivateKeyPlaintext)).(*rsa.PrivateKey)
	public := checks.Got(x509.ParsePKIXPublicKey(pair.PublicKey)).(*rsa.PublicKey)
	checks.Check("instance GenerateDataKeyPair", private.PublicKey.Equal(public))
	decrypt = &sdk.DecryptRequest{KeyId: symmetric, CiphertextBlob: pair.PrivateKeyCiphertextBlob, Iv: pair.Iv}
	opened := checks.Got(client.Decrypt(decrypt)).Plaintext
	checks.EqualBytes("private key of a pair opens", opened, pair.PrivateKeyPlaintext)
}

func signatures(client *sdk.Client) {
	sign := &sdk.SignRequest{KeyId: signing, Message: message, MessageType: tea.String("RAW")}
	value := checks.Got(client.Sign(sign)).Signature
	verify := &sdk.VerifyRequest{KeyId: signing, Message: message, MessageType: tea.String("RAW"), Signature: value}
	checks.Check("instance Sign and Verify", *checks.Got(client.Verify(verify)).Value)
	public := checks.Got(client.GetPublicKey(&sdk.GetPublicKeyRequest{KeyId: signing}))
	spki := checks.Spki("instance GetPublicKey", *public.PublicKey)
	key := checks.Got(x509.ParsePKIXPublicKey(spki)).(*ecdsa.PublicKey)
	checks.Check("Go verifies what the instance signed", ecdsa.VerifyASN1(key, checks.Digest(checks.Message), value))
}

func refusals(client *sdk.Client) {
	_, err := client.Encrypt(&sdk.EncryptRequest{KeyId: tea.String("key-none"), Plaintext: message})
	var failure *tea.SDKError
	checks.Check("instance refuses an unknown key", errors.As(err, &failure))
	checks.Equal("instance with an unknown key", tea.StringValue(failure.Code), "Forbidden.KeyNotFound")
	untrusting := config()
	untrusting.CaFilePath = nil
	// Another name of the host: below the clients, connections are shared by host and port, whatever their CA.
	untrusting.Endpoint = tea.String(strings.Replace(*untrusting.Endpoint, "localhost", "127.0.0.1", 1))
	once := &util.RuntimeOptions{Autoretry: tea.Bool(false)}
	request := &sdk.GenerateRandomRequest{Length: tea.Int32(1)}
	_, err = checks.Got(sdk.NewClient(untrusting)).GenerateRandomWithOptions(request, once)
	checks.Check("an unknown CA", err != nil && strings.Contains(err.Error(), "certificate"))
}

// transfers sends calls of the first generation to the instance; what one client makes, the other reads.
func transfers() {
	id, secret := settings.AccessKeyID, settings.AccessKeySecret
	instance := checks.Got(transfer.NewClientWithAccessKey(settings.RegionID, id, secret, config()))
	instance.SetVerify(checks.Text(os.Getenv("KEYHAVEN_CA")))
	shared := checks.Got(transfer.NewClientWithAccessKey(settings.RegionID, id, secret, nil))
	shared.Domain = checks.Host(settings.HTTPEndpoint)
	for _, context := range []string{"", `{"this":"is","encryption":"context"}`} {
		for _, way := range []struct {
			name     string
			from, to *transfer.KmsTransferClient
		}{
			{"to the OpenAPI gateway", instance, shared},
			{"from the OpenAPI gateway", shared, instance},
			{"back", instance, instance},
		} {
			name := "transfer " + way.name + " '" + context + "'"
			encrypt := kms.CreateEncryptRequest()
			encrypt.KeyId, encrypt.Plaintext, encrypt.EncryptionContext = *symmetric, checks.Message, context
			blob := checks.Got(way.from.Encrypt(encrypt)).CiphertextBlob
			checks.Equal(name, opened(way.to, blob, context), checks.Message)
			generate := kms.CreateGenerateDataKeyRequest()
			generate.KeyId, generate.EncryptionContext = *symmetric, context
			dataKey := checks.Got(way.from.GenerateDataKey(generate))
			checks.Equal(name+" data key", opened(way.to, dataKey.CiphertextBlob, context), dataKey.Plaintext)
		}
	}
	sign := kms.CreateAsymmetricSignRequest()
	sign.KeyId, sign.KeyVersionId, sign.Algorithm = *signing, os.Getenv("KEYHAVEN_SIGNING_VERSION"), "ECDSA_SHA_256"
	sign.Digest = checks.Base64(checks.Digest(checks.Message))
	verify := kms.CreateAsymmetricVerifyRequest()
	verify.KeyId, verify.KeyVersionId, verify.Algorithm = sign.KeyId, sign.KeyVersionId, sign.Algorithm
	verify.Digest = sign.Digest
	verify.Value = checks.Got(instance.AsymmetricSign(sign)).Value
	checks.Check("transfer AsymmetricSign", checks.Got(shared.AsymmetricVerify(verify)).Value)
	unknown := kms.CreateEncryptRequest()
	unknown.KeyId, unknown.Plaintext = "key-none", "x"
	_, err := instance.Encrypt(unknown)
	var failure sdkerrors.Error
	checks.Check("transfer refuses an unknown key", errors.As(err, &failure))
	checks.Equal("transfer with an unknown key", failure.ErrorCode(), "Forbidden.KeyNotFound")
}

func opened(client *transfer.KmsTransferClient, blob, context string) string {
	request := kms.CreateDecryptRequest()
	request.CiphertextBlob, request.EncryptionContext = blob, context
	return checks.Got(client.Decrypt(request)).Plaintext
}
