/**
 * Works with temporary credentials: assumes a RAM role, encrypts with the session, and lets the SDK renew it in time.
 * The user who assumes the role is named by the environment; the account itself may not.
 */
import { assumeRoleCredentials, Client, defaultCredentials, plaintextBytes } from '../../src/sdk/index.ts'
import { check, example, flags } from '../example.ts'
import { accountId, keyId, publicEndpoint } from '../settings.ts'

const { KEYHAVEN_ACCESS_KEY_ID: accessKeyId = '', KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret = '' } = process.env

await example(async () => {
  const given = flags({ key: keyId, role: 'BackupJob', session: 'example', text: 'hello world' })
  const { endpoint, caFile, regionId } = publicEndpoint()
  const credentials = assumeRoleCredentials({
    source: accessKeyId === '' ? defaultCredentials() : async () => ({ accessKeyId, accessKeySecret }),
    roleArn: given.role.startsWith('acs:') ? given.role : `acs:ram::${accountId()}:role/${given.role}`,
    roleSessionName: given.session,
    durationSeconds: 900,
    // On this machine STS is served by the same server; in the cloud the region says where it is.
    sts: endpoint === undefined ? { regionId } : { endpoint, caFile },
  })
  await using client = new Client({ ...publicEndpoint(), credentials })
  const answer = await client.encrypt({ keyId: given.key, plaintext: Buffer.from(given.text) })
  const { plaintext } = await client.decrypt({ ciphertextBlob: answer.ciphertextBlob })
  check(Buffer.from(plaintextBytes(plaintext)).toString() === given.text, 'the text comes back')
  console.log(`KeyId: ${answer.keyId}`)
  console.log(`encrypted and decrypted in the session ${given.session} of ${given.role}`)
})
