/**
 * A program that reads a secret all the time asks the service once, and notices a new version.
 */
import { Client, SecretCache } from '../../src/sdk/index.ts'
import { example } from '../example.ts'
import { publicGateway } from '../settings.ts'

await example(async () => {
  const client = new Client(publicGateway())
  const secretName = 'example/service'
  const value = (password: string) => JSON.stringify({ user: 'app', password })

  // A service that accepts one password, as a database does, and changes it one day.
  let accepted = 'one'
  function logIn(password: string): string {
    if (password === accepted) return 'logged in'
    throw Object.assign(new Error('Access denied'), { code: 'ER_ACCESS_DENIED_ERROR' })
  }

  try {
    await client.createSecret({ secretName, versionId: 'v1', secretData: value('one') })
    using secrets = new SecretCache(client, { ttlSeconds: 600 })
    {
      // The bytes are wiped at the end of the block.
      using secret = await secrets.get(secretName)
      console.log(secret.member('user'), secret.versionId)
    }

    accepted = 'two'
    await client.putSecretValue({ secretName, versionId: 'v2', secretData: value('two') })
    // The value in memory is not accepted any more: it is asked for anew, and the work is done again.
    console.log(await secrets.withSecret(secretName, (secret) => logIn(secret.member('password'))))
    using renewed = await secrets.get(secretName)
    console.log(renewed.versionId)
  } finally {
    await client.deleteSecret({ secretName, forceDeleteWithoutRecovery: true })
    await client.close()
  }
})
