/**
 * Works with temporary credentials: assumes a RAM role, encrypts with the session, and lets the SDK renew it in time.
 *
 * Needs a running server, a key with the alias `alias/Apollo/WorkKey`, a role that may use it, and a user who may assume
 * the role (the account itself may not):
 *
 *     keyhaven role create BackupJob
 *     keyhaven policy attach AliyunKMSCryptoUserAccess --role BackupJob
 *     keyhaven user create backup
 *     keyhaven policy attach AliyunSTSAssumeRoleAccess --user backup
 *     keyhaven access-key create --user backup
 *     KEYHAVEN_ACCESS_KEY_ID=… KEYHAVEN_ACCESS_KEY_SECRET=… KEYHAVEN_ROLE=BackupJob npx node examples/sts.ts
 *
 * Against the real cloud give `assumeRoleCredentials` no `sts.endpoint`, only the region.
 */
import { readFile } from 'node:fs/promises'
import { assumeRoleCredentials, Client, plaintextBytes } from '../src/sdk/index.ts'

const settings = JSON.parse(await readFile(process.env.KEYHAVEN_CLIENT ?? 'keyhaven-data/client.json', 'utf8'))
const { endpoint, caFile, regionId, accountId } = settings
const { KEYHAVEN_ACCESS_KEY_ID: accessKeyId = '', KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret = '' } = process.env

const credentials = assumeRoleCredentials({
  source: async () => ({ accessKeyId, accessKeySecret }),
  roleArn: `acs:ram::${accountId}:role/${process.env.KEYHAVEN_ROLE ?? 'BackupJob'}`,
  roleSessionName: 'example',
  durationSeconds: 900,
  sts: { endpoint, caFile },
})

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
