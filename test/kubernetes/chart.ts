/** What helm makes of the chart, given to an API server, which stores none of it but says whether it would. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { Cluster } from './cluster.ts'

const chart = join(import.meta.dirname, '../../deploy/helm/keyhaven')
const given = { image: { repository: 'registry.example.com/keyhaven' }, seal: { secretName: 'keyhaven-seal' } }
const onPostgres = { ...given, postgresql: { secretName: 'keyhaven-postgresql' }, tls: { secretName: 'keyhaven-tls' } }
const closed = {
  from: [{ namespaceSelector: {} }],
  egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ port: 5432 }] }],
}

const ways: Readonly<Record<string, object>> = {
  'one server over SQLite': given,
  'three servers over PostgreSQL, with volumes': {
    ...onPostgres,
    replicas: 3,
    seal: { ...given.seal, kind: 'rootKey' },
  },
  'two servers over PostgreSQL, without': { ...onPostgres, kind: 'Deployment', replicas: 2, networkPolicy: closed },
}

/** @throws Error when helm is missing; AssertionError when a manifest is refused, or pods are not as restricted as a namespace can ask for */
export async function checkChart(apiServer: string, parent: string, report: (line: string) => void): Promise<void> {
  if (spawnSync('helm', ['version']).status !== 0) throw new Error('helm is not on PATH')
  const folder = join(parent, 'chart')
  mkdirSync(folder)
  await using cluster = await Cluster.start(apiServer, folder)
  cluster.startApiServer()
  await cluster.ready()
  cluster.run('kubectl create namespace security')
  cluster.run('kubectl label namespace security pod-security.kubernetes.io/warn=restricted')
  for (const [way, values] of Object.entries(ways)) {
    const [valuesFile, manifests] = [join(folder, 'values.yaml'), join(folder, 'manifests.yaml')]
    writeFileSync(valuesFile, stringify(values))
    const words = [
      'template',
      'kms',
      chart,
      '--namespace',
      'security',
      '--kube-version',
      '1.36.0',
      '--values',
      valuesFile,
    ]
    writeFileSync(manifests, execFileSync('helm', words))
    const apply = `kubectl apply --namespace security --dry-run=server --validate=strict -f ${manifests}`
    const { ok, out, err } = cluster.shell(apply)
    assert.ok(ok, err)
    // Where pods of a workload would be less restricted, it says so here.
    assert.equal(err, '')
    report(`chart, ${way}: ${out.trim().split('\n').length} manifests are taken`)
  }
}
