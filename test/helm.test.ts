import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { z } from 'zod'
import { loadConfig } from '../src/server/config/load.ts'
import { settings, variableOf } from '../src/server/config/schema.ts'
import { rootKeyVariable } from '../src/server/root-key/root-secret.ts'
import { temporaryFolder } from './kit/audit.ts'
import { dataFolder, config as image, port, user, version } from './tools/image/settings.ts'

const chart = join(import.meta.dirname, '../deploy/helm/keyhaven')
const textOf = (file: string): string => readFileSync(join(chart, file), 'utf8')
const templates = globSync('templates/*', { cwd: chart }).map(textOf).join('\n')
const values = parse(textOf('values.yaml'))
const schema = z.fromJSONSchema(JSON.parse(textOf('values.schema.json')))

const given = { image: { repository: 'registry.example.com/keyhaven' }, seal: { secretName: 'keyhaven-seal' } }
const onPostgres = { ...given, postgresql: { secretName: 'keyhaven-postgresql' }, tls: { secretName: 'keyhaven-tls' } }

/** Each is refused by the schema. */
const wrong: readonly object[] = [
  { kind: 'DaemonSet' },
  { replicas: 0 },
  { replicas: '2' },
  { seal: { ...values.seal, kind: 'shares' } },
  { seal: { ...values.seal, key: '../root.key' } },
  { persistence: { size: '8GB' } },
  { service: { port: 70_000 } },
  { replica: 2 },
  { settings: { workers: { count: 2 } } },
]

test('the chart is of the version of the package', () => {
  const { version: own, appVersion } = parse(textOf('Chart.yaml'))
  assert.deepEqual([own, appVersion], [version, version])
})

test('the values that it comes with fit its schema, and others do not', () => {
  assert.deepEqual(schema.safeParse(values).error?.issues, undefined)
  for (const change of wrong) assert.ok(!schema.safeParse({ ...values, ...change }).success, JSON.stringify(change))
})

test('templates name settings that there are', () => {
  const variables = [...templates.matchAll(/\bKEYHAVEN_\w+/g)].map(([name]) => name)
  const known = [...settings.map(variableOf), 'KEYHAVEN_CONFIG', rootKeyVariable]
  assert.ok(variables.length > 5)
  assert.deepEqual(
    variables.filter((name) => !known.includes(name)),
    [],
  )
  const [, list = ''] = /range \$name := list (.*) -}}/.exec(templates) ?? []
  const set = [...templates.matchAll(/(?:dict|set \$settings|hasKey \.Values\.settings) "(\w+)"/g)].map(
    ([, name = '']) => name,
  )
  const named = [...set, ...(list.match(/\w+/g) ?? [])]
  assert.ok(named.length > 15)
  assert.deepEqual(
    named.filter((name) => !settings.some((setting) => setting === name)),
    [],
  )
})

test('user, port and volume are those of the image', () => {
  const pod = textOf('templates/_helpers.tpl')
  for (const number of ['runAsUser', 'runAsGroup', 'fsGroup']) assert.match(pod, new RegExp(`${number}: ${user}\n`))
  assert.match(pod, new RegExp(`containerPort: ${port}\n`))
  assert.match(pod, new RegExp(`name: data\n +mountPath: ${dataFolder}\n`))
})

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data: { readonly 'server.json': string }
  readonly spec: {
    readonly replicas: number
    readonly maxUnavailable: number
    readonly policyTypes: readonly string[]
    readonly volumeClaimTemplates?: readonly object[]
    readonly template: { readonly spec: Pod }
  }
}

interface Pod {
  readonly securityContext: object
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: object }[]
  readonly containers: readonly {
    readonly image: string
    readonly env: readonly { readonly name: string; readonly value?: string }[]
    readonly securityContext: { readonly readOnlyRootFilesystem: boolean }
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[]
    readonly [probe: string]: unknown
  }[]
}

const isHere = spawnSync('helm', ['version']).status === 0

describe('with helm', { skip: !isHere && 'helm is not on PATH' }, () => {
  const helm = (t: TestContext, command: readonly string[], own: object) => {
    const file = join(temporaryFolder(t), 'values.yaml')
    writeFileSync(file, stringify(own))
    return spawnSync('helm', [...command, chart, '--values', file], { encoding: 'utf8' })
  }
  // A helm that is built without its release's settings takes itself for one of an old Kubernetes.
  const words = ['template', 'kms', '--namespace', 'security', '--kube-version', '1.34.0']
  const template = (t: TestContext, own: object) => helm(t, words, own)

  function rendered(t: TestContext, own: object): ReadonlyMap<string, Manifest> {
    const { status, stdout, stderr } = template(t, own)
    assert.equal(status, 0, stderr)
    const all: Manifest[] = parseAllDocuments(stdout).flatMap((document) => document.toJS() ?? [])
    return new Map(all.map((manifest) => [`${manifest.kind}/${manifest.metadata.name}`, manifest]))
  }

  /** What the server of a pod is told, taken as it would. */
  function configOf(t: TestContext, manifests: ReadonlyMap<string, Manifest>, { containers: [container] }: Pod) {
    const file = join(temporaryFolder(t), 'server.json')
    writeFileSync(file, manifests.get('ConfigMap/kms-keyhaven')?.data['server.json'] ?? '')
    const own = (container?.env ?? []).map(({ name, value = 'postgres://keyhaven:secret@db/keyhaven' }) => [
      name,
      value,
    ])
    const environment = Object.fromEntries([...image.Env.map((line) => line.split(/=(.*)/s)), ...own])
    return loadConfig([], { ...environment, KEYHAVEN_CONFIG: file }).config
  }

  const lint = (own: object) => (t: TestContext) => {
    const { status, stdout } = helm(t, ['lint', '--strict'], own)
    assert.equal(status, 0, stdout)
  }
  test('lint finds nothing in it, over SQLite', lint(given))
  test(
    'lint finds nothing in it, over PostgreSQL',
    lint({ ...onPostgres, kind: 'Deployment', replicas: 2, serviceMonitor: { enabled: true } }),
  )

  test('over SQLite one server keeps all on its volume', (t) => {
    const manifests = rendered(t, { ...given, settings: { workers: 2, tlsNames: ['kms.example.com'] } })
    assert.deepEqual([...manifests.keys()].sort(), [
      'ConfigMap/kms-keyhaven',
      'NetworkPolicy/kms-keyhaven',
      'PodDisruptionBudget/kms-keyhaven',
      'Service/kms-keyhaven',
      'Service/kms-keyhaven-pods',
      'StatefulSet/kms-keyhaven',
    ])
    const { spec } = manifests.get('StatefulSet/kms-keyhaven') as Manifest
    assert.equal(spec.volumeClaimTemplates?.length, 1)
    const pod = spec.template.spec
    const [container] = pod.containers
    assert.equal(container?.image, `registry.example.com/keyhaven:${version}`)
    assert.equal(container?.securityContext.readOnlyRootFilesystem, true)
    assert.deepEqual(
      container?.volumeMounts.filter(({ readOnly }) => !readOnly).map(({ mountPath }) => mountPath),
      [dataFolder],
    )
    assert.deepEqual(
      ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => {
        const { httpGet } = (container?.[probe] ?? {}) as { httpGet?: { path: string; port: string } }
        return `${httpGet?.port} ${httpGet?.path}`
      }),
      ['health /livez', 'health /livez', 'health /readyz'],
    )
    const config = configOf(t, manifests, pod)
    assert.equal(config.keyFile, '/run/secrets/keyhaven/root.key')
    assert.equal(config.data, dataFolder)
    assert.equal(config.workers, 2)
    assert.equal(config.health, '0.0.0.0:8081')
    assert.deepEqual(config.tlsNames, [
      'kms-keyhaven',
      'kms-keyhaven.security',
      'kms-keyhaven.security.svc',
      'kms-keyhaven.security.svc.cluster.local',
      'kms.example.com',
    ])
  })

  test('over PostgreSQL several servers share one certificate, whose pods keep their audit logs or do not', (t) => {
    const own = { ...onPostgres, replicas: 3, seal: { secretName: 'kms-seal', kind: 'sealFile', key: 'seal.json' } }
    for (const kind of ['StatefulSet', 'Deployment']) {
      const manifests = rendered(t, { ...own, kind, serviceMonitor: { enabled: true } })
      const { spec } = manifests.get(`${kind}/kms-keyhaven`) as Manifest
      assert.equal(spec.replicas, 3)
      assert.equal(spec.volumeClaimTemplates === undefined, kind === 'Deployment')
      const pod = spec.template.spec
      assert.equal(
        pod.volumes.some(({ emptyDir }) => emptyDir !== undefined),
        kind === 'Deployment',
      )
      const mounted = new Set(pod.containers[0]?.volumeMounts.map(({ name }) => name))
      const there = [...pod.volumes.map(({ name }) => name), ...(kind === 'StatefulSet' ? ['data'] : [])]
      assert.deepEqual([...mounted].sort(), there.sort())
      const config = configOf(t, manifests, pod)
      assert.match(config.store ?? '', /^postgres:/)
      assert.equal(config.sealFile, '/run/secrets/keyhaven/seal.json')
      assert.equal(config.tlsCert, '/etc/keyhaven/tls/tls.crt')
      assert.equal(config.metricsAccess, 'all')
      assert.equal(manifests.get('PodDisruptionBudget/kms-keyhaven')?.spec.maxUnavailable, 1)
      assert.ok(manifests.has('ServiceMonitor/kms-keyhaven'))
    }
  })

  test('the root secret may come as a variable, or as a passphrase', (t) => {
    for (const [kind, name] of [
      ['rootKey', rootKeyVariable],
      ['passphrase', 'KEYHAVEN_PASSPHRASE_FILE'],
    ]) {
      const manifests = rendered(t, { ...given, seal: { ...given.seal, kind } })
      const [container] = manifests.get('StatefulSet/kms-keyhaven')?.spec.template.spec.containers ?? []
      assert.deepEqual(container?.env.map((variable) => variable.name).sort(), ['KEYHAVEN_CONFIG', name].sort())
      assert.equal(
        container?.volumeMounts.some((mount) => mount.name === 'seal'),
        kind === 'passphrase',
      )
    }
  })

  test('whom the server may call is limited when that is said, but for names', (t) => {
    const closed = { to: [{ ipBlock: { cidr: '10.0.0.5/32' } }], ports: [{ port: 5432 }] }
    const policy = rendered(t, { ...given, networkPolicy: { egress: [closed] } }).get('NetworkPolicy/kms-keyhaven')
    assert.deepEqual(policy?.spec.policyTypes, ['Ingress', 'Egress'])
    assert.deepEqual(rendered(t, given).get('NetworkPolicy/kms-keyhaven')?.spec.policyTypes, ['Ingress'])
  })

  test('what does not fit is refused in words', (t) => {
    for (const change of wrong) {
      const { status, stderr } = template(t, { ...given, ...change })
      assert.notEqual(status, 0, JSON.stringify(change))
      assert.match(stderr, /values don't meet the specifications of the schema/, JSON.stringify(change))
    }
    for (const [own, word] of [
      [{}, /image\.repository: /],
      [{ image: given.image }, /seal\.secretName: /],
      [{ ...given, replicas: 2 }, /replicas: several servers need a database that they share/],
      [{ ...given, kind: 'Deployment' }, /kind: a Deployment keeps nothing/],
      [{ ...onPostgres, tls: {} }, /tls\.secretName: /],
      [{ ...given, settings: { keyFile: '/x' } }, /settings\.keyFile: is given by this chart/],
    ] as const) {
      const { status, stderr } = template(t, own)
      assert.notEqual(status, 0)
      assert.match(stderr, word)
    }
  })
})
