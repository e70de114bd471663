// Reads secrets with the official secrets client. What it connects to and how it signs is in the variables of the
// environment that the client itself knows; the argument is a name for what is printed.
package main

import (
	"os"
	"strings"

	"keyhaven/compatibility/checks"

	secrets "github.com/aliyun/aliyun-secretsmanager-client-go/sdk"
)

func main() {
	name := os.Args[1] + ": "
	client := checks.Got(secrets.NewClient())
	text := checks.Got(client.GetSecretInfo("compatibility/db"))
	checks.Check(name+"text", text.SecretValue == `{"password":"päss"}` && text.VersionId == "v2")
	checks.Check(name+"type", text.SecretType == "Generic" && text.SecretDataType == "text")
	binary := checks.Got(client.GetSecretInfo("compatibility/binary"))
	checks.Check(name+"binary", binary.SecretDataType == "binary" && binary.SecretValue == "AAH/")
	managed := checks.Got(client.GetSecretInfo("compatibility/managed"))
	checks.Check(name+"rotation", managed.RotationInterval == "604800s" && managed.AutomaticRotation == "Enabled")
	checks.Check(name+"configuration", strings.Contains(managed.ExtendedConfig, "rm-1") && managed.SecretType == "Rds")
	checks.Check(name+"refresh", checks.Got(client.RefreshNow("compatibility/db")))
	_, err := client.GetSecretInfo("compatibility/none")
	checks.Check(name+"unknown secret", err != nil && strings.Contains(err.Error(), "Forbidden.ResourceNotFound"))
	checks.Finish()
}
