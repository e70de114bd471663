// The seal that Vault and OpenBao unseal themselves with: the wrapper of the shared library, over HTTPS.
// Reads KEYHAVEN_CLIENT, KEYHAVEN_CA and KEYHAVEN_SYMMETRIC_KEY.
package main

import (
	"bytes"
	"context"
	"os"

	"keyhaven/compatibility/checks"

	wrapping "github.com/hashicorp/go-kms-wrapping/v2"
	"github.com/hashicorp/go-kms-wrapping/wrappers/alicloudkms/v2"
)

func main() {
	// The wrapper has no setting for a CA: it trusts what the system trusts.
	checks.Must(os.Setenv("SSL_CERT_FILE", os.Getenv("KEYHAVEN_CA")))
	settings := checks.Load("KEYHAVEN_CLIENT")
	ctx := context.Background()
	seal := alicloudkms.NewWrapper()
	_, err := seal.SetConfig(ctx, wrapping.WithConfigMap(map[string]string{
		"region":     settings.RegionID,
		"domain":     checks.Host(settings.Endpoint),
		"access_key": settings.AccessKeyID,
		"secret_key": settings.AccessKeySecret,
		"kms_key_id": os.Getenv("KEYHAVEN_SYMMETRIC_KEY"),
	}))
	checks.Must(err)
	sealed := checks.Got(seal.Encrypt(ctx, []byte(checks.Message)))
	opened := checks.Got(seal.Decrypt(ctx, sealed))
	checks.Check("seal: Encrypt and Decrypt", bytes.Equal(opened, []byte(checks.Message)))
	checks.Check("seal: the key is known", checks.Got(seal.KeyId(ctx)) != "")
	checks.Finish()
}
