/**
 * Stores what Kubernetes stores under a key of a server, by the plugin that docs/guides/kubernetes-secrets.md sets up; and
 * asks an API server whether it takes what the chart of docs/guides/containers.md makes.
 *
 *     npm run kubernetes                       with the API server's own library, then twice with a real API server over etcd
 *     npm run kubernetes -- --only library     one of library, cluster, chart
 *     npm run kubernetes -- --kube-apiserver /usr/local/bin/kube-apiserver
 *                                              an API server that is there, in place of one that is built
 *
 * Needs Go, for cluster and chart also etcd and kubectl, for the chart helm. The API server is built from its module, which takes minutes and some
 * gigabytes the first time. Everything happens on loopback and in temporary folders.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkChart } from './chart.ts'
import { buildGo } from './go-programs.ts'
import { checkLibrary } from './library.ts'
import { checkCluster } from './secrets.ts'
import { Service } from './service.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, 'kube-apiserver': { type: 'string' } } })
const parts = ['library', 'cluster', 'chart']
if (values.only !== undefined && !parts.includes(values.only))
  throw new Error(`--only takes one of ${parts.join(', ')}`)
const isWanted = (part: string): boolean => values.only === undefined || values.only === part
const report = (line: string): void => console.log(line)

async function run(): Promise<void> {
  await using held = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-kubernetes-'))
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  // Nothing is answered in this process while Go is at work, so that comes first.
  const library = isWanted('library') ? buildGo('library', folder) : undefined
  const apiServer =
    values.only === 'library' ? undefined : (values['kube-apiserver'] ?? buildGo('kube-apiserver', folder))
  const service = held.use(await Service.start(folder))
  if (library !== undefined) await checkLibrary(library, service, report)
  if (apiServer === undefined) return
  if (isWanted('cluster')) await checkCluster(apiServer, { folder, service, report })
  if (isWanted('chart')) await checkChart(apiServer, folder, report)
}

try {
  await run()
  report('kubernetes test: passed')
} catch (error) {
  console.error('kubernetes test: FAILED')
  console.error(error)
  process.exitCode = 1
}
