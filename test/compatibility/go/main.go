// The official Go clients, unchanged, against a running server: the legacy core, whose error parser panics on anything
// unexpected, and the generated client of today. Prints "all checks passed" at the end.
package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	kms20160120 "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
)

func check(err error, what string) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func expect(got, want any, what string) {
	if got != want {
		check(fmt.Errorf("got %v, expected %v", got, want), what)
	}
}

var (
	endpoint = os.Getenv("KEYHAVEN_HOST")
	id       = os.Getenv("KEYHAVEN_ACCESS_KEY_ID")
	secret   = os.Getenv("KEYHAVEN_ACCESS_KEY_SECRET")
	private  = os.Getenv("KEYHAVEN_PEM")
)

func legacyClient(accessKeySecret string) *kms.Client {
	client, err := kms.NewClientWithAccessKey("cn-hangzhou", id, accessKeySecret)
	check(err, "client")
	client.Domain = endpoint
	return client
}

func legacy() {
	client := legacyClient(secret)
	create := kms.CreateCreateKeyRequest()
	create.Scheme = "http"
	create.Description = "Go, 阿波罗 (legacy)"
	key, err := client.CreateKey(create)
	check(err, "CreateKey")

	encrypt := kms.CreateEncryptRequest()
	encrypt.Scheme = "http"
	encrypt.KeyId = key.KeyMetadata.KeyId
	encrypt.Plaintext = base64.StdEncoding.EncodeToString([]byte(private))
	encrypt.EncryptionContext = `{"purpose":"certificate"}`
	encrypted, err := client.Encrypt(encrypt)
	check(err, "Encrypt")

	decrypt := kms.CreateDecryptRequest()
	decrypt.Scheme = "http"
	decrypt.CiphertextBlob = encrypted.CiphertextBlob
	decrypt.EncryptionContext = encrypt.EncryptionContext
	decrypted, err := client.Decrypt(decrypt)
	check(err, "Decrypt")
	expect(decrypted.Plaintext, encrypt.Plaintext, "plaintext")

	describe := kms.CreateDescribeKeyRequest()
	describe.Scheme = "http"
	describe.KeyId = "nothing"
	_, err = client.DescribeKey(describe)
	var server *sdkerrors.ServerError
	if !errors.As(err, &server) {
		check(fmt.Errorf("%v", err), "an error of the server")
	}
	expect(server.ErrorCode(), "Forbidden.KeyNotFound", "code")
	expect(server.HttpStatus(), 404, "status")

	// It compares the server's string to sign with its own, and tells a wrong secret from a wrong signature.
	_, err = legacyClient("wrong").DescribeKey(describe)
	if err == nil || !strings.Contains(err.Error(), "InvalidAccessKeySecret") {
		check(fmt.Errorf("%v", err), "a wrong secret")
	}
}

func generated() {
	config := &openapi.Config{
		AccessKeyId:     tea.String(id),
		AccessKeySecret: tea.String(secret),
		Endpoint:        tea.String(endpoint),
		Protocol:        tea.String("http"),
	}
	client, err := kms20160120.NewClient(config)
	check(err, "client")
	key, err := client.CreateKey(&kms20160120.CreateKeyRequest{KeySpec: tea.String("Aliyun_SM4")})
	check(err, "CreateKey")
	keyId := key.Body.KeyMetadata.KeyId
	context := map[string]interface{}{"purpose": "certificate"}
	plaintext := base64.StdEncoding.EncodeToString([]byte(private))
	encrypted, err := client.Encrypt(&kms20160120.EncryptRequest{
		KeyId:             keyId,
		Plaintext:         tea.String(plaintext),
		EncryptionContext: context,
	})
	check(err, "Encrypt")
	decrypted, err := client.Decrypt(&kms20160120.DecryptRequest{
		CiphertextBlob:    encrypted.Body.CiphertextBlob,
		EncryptionContext: context,
	})
	check(err, "Decrypt")
	expect(*decrypted.Body.Plaintext, plaintext, "plaintext")
	_, err = client.DescribeKey(&kms20160120.DescribeKeyRequest{KeyId: tea.String("nothing")})
	var server *tea.SDKError
	if !errors.As(err, &server) {
		check(fmt.Errorf("%v", err), "an error of the server")
	}
	expect(*server.Code, "Forbidden.KeyNotFound", "code")
}

func main() {
	legacy()
	generated()
	fmt.Println("all checks passed")
}
