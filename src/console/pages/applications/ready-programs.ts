export interface ProgramSettings {
  /** `host:port` of the instance gateway */
  readonly endpoint: string
  readonly keyId: string | undefined
  readonly secretName: string | undefined
}

interface File {
  readonly name: string
  readonly content: string
}

/** Programs with the settings filled in, for the SDKs that speak to instances. They read what lies beside them. */
export function readyPrograms(settings: ProgramSettings): readonly File[] {
  return [
    { name: 'node/try.mjs', content: node(settings) },
    { name: 'python/try.py', content: python(settings) },
    { name: 'java/ApplicationConfig.java', content: java(settings) },
    { name: 'go/config.go', content: go(settings) },
  ]
}

const node = ({ endpoint, keyId, secretName }: ProgramSettings): string =>
  `${[
    '// npm install keyhaven, then: node try.mjs',
    "import { fileURLToPath } from 'node:url'",
    "import { Client } from 'keyhaven-sdk'",
    '',
    'const here = (file) => fileURLToPath(new URL(file, import.meta.url))',
    'const client = new Client({',
    '  instance: {',
    `    endpoint: ${JSON.stringify(endpoint)},`,
    "    clientKeyFile: here('../clientKey.json'),",
    "    passwordFile: here('../password.txt'),",
    "    caFile: here('../ca.pem'),",
    '  },',
    '})',
    ...(keyId === undefined ? [] : nodeWithKey(keyId)),
    ...(secretName === undefined ? [] : nodeWithSecret(secretName)),
    'await client.close()',
  ].join('\n')}\n`

const nodeWithKey = (keyId: string): string[] => [
  '',
  `const keyId = ${JSON.stringify(keyId)}`,
  "const { ciphertextBlob, iv, algorithm } = await client.instance.encrypt({ keyId, plaintext: Buffer.from('hello') })",
  'const { plaintext } = await client.instance.decrypt({ keyId, ciphertextBlob, iv, algorithm })',
  'console.log(Buffer.from(plaintext).toString())',
]

const nodeWithSecret = (secretName: string): string[] => [
  '',
  `const secret = await client.instance.getSecretValue({ secretName: ${JSON.stringify(secretName)} })`,
  'console.log(secret.versionId)',
]

const python = ({ endpoint }: ProgramSettings): string => `# pip install alibabacloud-dkms-gcs
import os
from openapi.models import Config
from sdk.client import Client

here = os.path.dirname(os.path.abspath(__file__))
config = Config()
config.protocol = "https"
config.endpoint = ${JSON.stringify(endpoint)}
config.client_key_file = os.path.join(here, "..", "clientKey.json")
config.password = open(os.path.join(here, "..", "password.txt")).read()
client = Client(config)
# pass runtime options with the CA: os.path.join(here, "..", "ca.pem")
`

const java = ({ endpoint }: ProgramSettings): string => `// com.aliyun:alibabacloud-dkms-gcs-sdk
import com.aliyun.dkms.gcs.openapi.models.Config;
import java.nio.file.Files;
import java.nio.file.Path;

public class ApplicationConfig {
    public static Config config() throws Exception {
        return new Config()
            .setProtocol("https")
            .setEndpoint(${JSON.stringify(endpoint)})
            .setCaFilePath("ca.pem")
            .setClientKeyFile("clientKey.json")
            .setPassword(Files.readString(Path.of("password.txt")));
    }
}
`

const go = ({ endpoint }: ProgramSettings): string => `// github.com/aliyun/alibabacloud-dkms-gcs-go-sdk
package main

import (
	"os"

	"github.com/alibabacloud-go/tea/tea"
	dedicatedkmsopenapi "github.com/aliyun/alibabacloud-dkms-gcs-go-sdk/openapi"
)

func config() (*dedicatedkmsopenapi.Config, error) {
	password, err := os.ReadFile("password.txt")
	if err != nil {
		return nil, err
	}
	return &dedicatedkmsopenapi.Config{
		Protocol:      tea.String("https"),
		Endpoint:      tea.String(${JSON.stringify(endpoint)}),
		ClientKeyFile: tea.String("clientKey.json"),
		Password:      tea.String(string(password)),
	}, nil
}
`
