/**
 * Runs as programs do on a cloud server that has a RAM role: no AccessKey anywhere, credentials come from the metadata
 * service of the machine. On a laptop `keyhaven metadata` stands in for it:
 *
 *     keyhaven role create BackupJob
 *     keyhaven policy attach AliyunKMSCryptoUserAccess --role BackupJob
 *     keyhaven metadata --role BackupJob --require-token     # with the AccessKey of a user who may assume the role
 *     KEYHAVEN_METADATA=http://127.0.0.1:8100 npx node examples/ecs-role.ts
 *
 * On a cloud server leave KEYHAVEN_METADATA out.
 */
import { readFile } from 'node:fs/promises'
import { Client, ecsRoleCredentials, plaintextBytes } from '../src/sdk/index.ts'

const { endpoint, caFile, regionId } = JSON.parse(
  await readFile(process.env.KEYHAVEN_CLIENT ?? 'keyhaven-data/client.json', 'utf8'),
)
const credentials = ecsRoleCredentials({ endpoint: process.env.KEYHAVEN_METADATA, isTokenRequired: true })

const client = new Client({ endpoint, caFile, regionId, credentials })
try {
  const { ciphertextBlob, keyId } = await client.encrypt({
    keyId: 'alias/Apollo/WorkKey',
    plaintext: Buffer.from('hello'),
  })
  const { plaintext } = await client.decrypt({ ciphertextBlob })
  console.log(`${keyId}: ${Buffer.from(plaintextBytes(plaintext)).toString()}`)
} finally {
  await client.close()
}
