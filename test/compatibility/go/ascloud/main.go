// The official Go SDKs, and the seal of Vault and OpenBao, as they are written for the cloud: without an endpoint, and the
// instance SDK with that of an instance. Reads ALIBABA_CLOUD_ACCESS_KEY_ID and its secret, KEYHAVEN_INSTANCE, KEYHAVEN_CLIENT_KEY,
// KEYHAVEN_CLIENT_KEY_PASSWORD_FILE, KEYHAVEN_CA and KEYHAVEN_SYMMETRIC_KEY.
package main

import (
	"context"
	"net/http"
	"os"

	"keyhaven/compatibility/checks"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	kms "github.com/alibabacloud-go/kms-20160120/v3/client"
	"github.com/alibabacloud-go/tea/tea"
	first "github.com/aliyun/alibaba-cloud-sdk-go/services/kms"
	instance "github.com/aliyun/alibabacloud-dkms-gcs-go-sdk/openapi"
	sdk "github.com/aliyun/alibabacloud-dkms-gcs-go-sdk/sdk"
	wrapping "github.com/hashicorp/go-kms-wrapping/v2"
	"github.com/hashicorp/go-kms-wrapping/wrappers/alicloudkms/v2"
)

const region = "cn-hangzhou"

func main() {
	id, secret := os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"), os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
	config := &openapi.Config{AccessKeyId: &id, AccessKeySecret: &secret, RegionId: tea.String(region)}
	second := checks.Got(kms.NewClient(config))
	created := checks.Got(second.CreateKey(&kms.CreateKeyRequest{})).Body.KeyMetadata
	checks.Check("second: CreateKey", *created.KeyState == "Enabled")

	former := checks.Got(first.NewClientWithAccessKey(region, id, secret))
	for _, scheme := range []string{"https", "http"} {
		list := first.CreateListKeysRequest()
		list.Scheme = scheme
		checks.Check("first: ListKeys, "+scheme, checks.Got(former.ListKeys(list)).TotalCount > 0)
	}

	host := os.Getenv("KEYHAVEN_INSTANCE") + ".cryptoservice.kms.aliyuncs.com"
	password := checks.Text(os.Getenv("KEYHAVEN_CLIENT_KEY_PASSWORD_FILE"))
	client := checks.Got(sdk.NewClient(&instance.Config{
		Protocol:      tea.String("https"),
		Endpoint:      &host,
		ClientKeyFile: tea.String(os.Getenv("KEYHAVEN_CLIENT_KEY")),
		Password:      &password,
		CaFilePath:    tea.String(os.Getenv("KEYHAVEN_CA")),
	}))
	key := tea.String(os.Getenv("KEYHAVEN_SYMMETRIC_KEY"))
	sealed := checks.Got(client.Encrypt((&sdk.EncryptRequest{KeyId: key}).SetPlaintext([]byte("x"))))
	checks.Check("instance SDK: Encrypt", len(sealed.CiphertextBlob) > 0)

	ctx := context.Background()
	seal := alicloudkms.NewWrapper()
	settings := map[string]string{"region": region, "access_key": id, "secret_key": secret, "kms_key_id": *created.KeyId}
	checks.Got(seal.SetConfig(ctx, wrapping.WithConfigMap(settings)))
	opened := checks.Got(seal.Decrypt(ctx, checks.Got(seal.Encrypt(ctx, []byte("x")))))
	checks.Check("seal of Vault and OpenBao: Encrypt and Decrypt", string(opened) == "x")

	_, err := http.Get("https://example.com/")
	checks.Check("another host is refused", err != nil)
	checks.Finish()
}
