import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Cluster } from './cluster.ts'
import type { Service } from './service.ts'

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/kubernetes-secrets.md'), 'utf8')
const blocks = (kind: string): readonly string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)

export interface ClusterTest {
  readonly folder: string
  readonly service: Service
  readonly report: (line: string) => void
}

/** Carries out the guide on a cluster, and looks at what its etcd holds. */
export async function checkCluster(program: string, { folder, service, report }: ClusterTest): Promise<void> {
  const encryption = blocks('yaml').find((text) => text.includes('kind: EncryptionConfiguration')) ?? ''
  const writeAgain = blocks('sh').find((text) => text.startsWith('kubectl get secrets')) ?? ''
  const configured = encryption.replace('/run/kms/keyhaven.sock', service.socket)
  await using cluster = await Cluster.start(program, folder)
  const restart = async (configuration: string): Promise<void> => {
    await cluster.endApiServer()
    cluster.startApiServer(configuration)
  }
  const create = (name: string) =>
    cluster.shell(`kubectl create secret generic ${name} --from-literal=password=canary-${name}`)
  const created = (name: string): void => assert.ok(create(name).ok, cluster.logOfApiServer())
  const read = (name: string): string =>
    Buffer.from(cluster.run(`kubectl get secret ${name} -o jsonpath={.data.password}`), 'base64').toString()
  const prefix = 'k8s:enc:kms:v2:keyhaven:'
  const isEncrypted = async (name: string, keyId?: string): Promise<boolean> => {
    const stored = await cluster.stored(name)
    assert.ok(stored.length > 0, `${name} is not in etcd`)
    const isUnder =
      stored.subarray(0, prefix.length).toString() === prefix && (keyId === undefined || stored.includes(keyId))
    return isUnder && !stored.includes(`canary-${name}`)
  }

  cluster.startApiServer()
  await cluster.ready()
  created('before')
  assert.ok((await cluster.stored('before')).includes('canary-before'))
  report('cluster: without a provider, etcd holds the Secret as it is')

  await restart(configured)
  await cluster.ready()
  created('after')
  assert.deepEqual([await isEncrypted('before'), await isEncrypted('after')], [false, true])
  assert.deepEqual([read('before'), read('after')], ['canary-before', 'canary-after'])
  cluster.run(writeAgain)
  assert.ok(await isEncrypted('before'))
  report('cluster: etcd holds k8s:enc:kms:v2:keyhaven:… and no plaintext, also of what was there before')

  const strict = configured.replace(/^ *- identity: {}\n/m, '')
  assert.notEqual(strict, configured)
  await restart(strict)
  await cluster.ready()
  assert.deepEqual([read('before'), read('after')], ['canary-before', 'canary-after'])
  report('cluster: read by an API server that was started again, without identity')

  const keyId = await service.rotate()
  for (let round = 0; ; round++) {
    created(`rotated-${round}`)
    if (await isEncrypted(`rotated-${round}`, keyId)) break
    assert.ok(round < 60, 'the API server goes on under the former version')
    await wait(3000)
  }
  assert.equal(await isEncrypted('before', keyId), false)
  cluster.run(writeAgain)
  assert.deepEqual([await isEncrypted('before', keyId), await isEncrypted('after', keyId)], [true, true])
  assert.deepEqual([read('before'), read('rotated-0')], ['canary-before', 'canary-rotated-0'])
  report(`cluster: rotated to ${keyId}, and everything written again under it`)

  await service.server.restart(async () => {
    created('away')
    assert.deepEqual([read('before'), read('away')], ['canary-before', 'canary-away'])
  })
  await service.endPlugin('SIGKILL')
  await service.startPlugin()
  await cluster.ready()
  created('back')
  report('cluster: reads and writes while the server is away; the plugin killed and started again')

  await service.server.restart(async () => {
    await restart(strict)
    assert.match(await cluster.ready(false), /\[-\]kms-provider/)
  })
  await cluster.ready()
  assert.equal(read('before'), 'canary-before')
  report('cluster: an API server that starts while the server is away is ready once that is back')

  await service.setUsable(false)
  const disabledAt = performance.now()
  while (create(`disabled-${Math.round(performance.now())}`).ok) {
    assert.ok(performance.now() - disabledAt < 400_000, 'writes are never refused')
    await wait(5000)
  }
  report(
    `cluster: with the key disabled, writes are refused after ${Math.round((performance.now() - disabledAt) / 1000)} s`,
  )
  assert.equal(read('before'), 'canary-before')
  assert.match((await cluster.get('/readyz?verbose')).text, /\[-\]kms-provider/)
  await service.setUsable(true)
  await cluster.ready()
  created('enabled')

  const { text: metrics } = await cluster.get('/metrics')
  for (const [, name = ''] of guide.matchAll(/`(apiserver_\w+)`/g)) assert.ok(metrics.includes(name), name)
  report('cluster: enabled again; the metrics that the guide names are there')
}
