/**
 * The life of a secret: created, given new versions, read by stage, put back, deleted and restored.
 */
import { Client, ServiceError } from '../../src/sdk/index.ts'
import { example } from '../example.ts'
import { publicGateway } from '../settings.ts'

await example(async () => {
  const client = new Client(publicGateway())
  const secretName = 'example/token'
  try {
    await client.createSecret({ secretName, versionId: 'v1', secretData: 'the first value' })
    await client.putSecretValue({ secretName, versionId: 'v2', secretData: 'the second value' })
    const current = await client.getSecretValue({ secretName })
    const previous = await client.getSecretValue({ secretName, versionStage: 'ACSPrevious' })
    console.log(`${current.versionId}: ${current.secretData}; before it ${previous.versionId}: ${previous.secretData}`)

    // A version with a stage of its own is there to be tried; readers keep what they have.
    await client.putSecretValue({ secretName, versionId: 'v3', secretData: 'the third', versionStages: ['trial'] })
    await client.updateSecretVersionStage({ secretName, versionStage: 'ACSCurrent', moveToVersion: 'v3' })
    // One call puts readers back.
    await client.updateSecretVersionStage({ secretName, versionStage: 'ACSCurrent', moveToVersion: 'v2' })
    const { versionIds } = await client.listSecretVersionIds({ secretName, includeDeprecated: true })
    for (const { versionId, versionStages } of versionIds.versionId)
      console.log(`${versionId}: ${versionStages.versionStage.join(', ') || 'no stage'}`)

    await client.deleteSecret({ secretName, recoveryWindowInDays: 7 })
    await client.getSecretValue({ secretName }).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error
      console.log(`${error.status} ${error.code}`)
    })
    await client.restoreSecret({ secretName })
    console.log((await client.getSecretValue({ secretName })).secretData)
  } finally {
    await client.deleteSecret({ secretName, forceDeleteWithoutRecovery: true })
    await client.close()
  }
})
