import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse } from 'yaml'
import { errors } from '../src/api/errors.ts'
import { operations } from '../src/api/operations.ts'
import { eventTypes } from '../src/console/pages/events/event-types.ts'
import { Client } from '../src/sdk/client.ts'
import { loadConfig } from '../src/server/config/load.ts'
import { configSchema, settings, variableOf } from '../src/server/config/schema.ts'
import { temporaryFolder } from './kit/audit.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

const root = join(import.meta.dirname, '..')
const textOf = (file: string): string => readFileSync(join(root, 'deploy', file), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

interface Panel {
  readonly id: number
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string }[]
}

const { groups }: { groups: { rules: Rule[] }[] } = parse(textOf('prometheus/alerts.yaml'))
const rules = groups.flatMap((group) => group.rules)
const scrape = parse(textOf('prometheus/prometheus.yaml'))
const [{ job_name: job, static_configs: targets }] = scrape.scrape_configs
const dashboard = JSON.parse(textOf('grafana/keyhaven.json'))
const panels: readonly Panel[] = dashboard.panels
const variables: readonly { name: string; query: string | { query: string } }[] = dashboard.templating.list
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...panels.flatMap(({ targets: shown = [] }) => shown.map(({ expr }) => expr)),
  ...variables.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query])),
]

interface Selector {
  readonly metric: string
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[]
}

/** What an expression selects. What is followed by a parenthesis is a function; of our labels none has an underscore. */
const selectorsOf = (expression: string): readonly Selector[] =>
  [...expression.matchAll(/(?<![\w$])(up|[a-z]\w*_\w+)\b(?!\s*\()(?:\{([^}]*)\})?/g)].map(
    ([, metric = '', inside = '']) => ({
      metric,
      matchers: [...inside.matchAll(/(\w+)\s*(?:=~|!=|!~|=)\s*"([^"]*)"/g)].map(([, label = '', value = '']) => ({
        label,
        values: value.split('|'),
      })),
    }),
  )

const groupingOf = (expression: string): readonly string[] =>
  [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/))

/** Every metric of a page, with the labels of its samples. */
function metricsOn(page: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, name = '', type] of page.matchAll(/^# TYPE (\w+) (\w+)$/gm))
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
      found.set(name + suffix, new Set())
  for (const [, name = '', labels = ''] of page.matchAll(/^(\w+)\{(.*)\} \S+$/gm))
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) found.get(name)?.add(label)
  return found
}

/** What Prometheus adds to all that it reads. */
const added = ['job', 'instance']

describe('rules and dashboard', { skip: process.platform !== 'linux' && 'several workers are for Linux' }, () => {
  let server: TestServer
  let page: string
  let metrics: ReadonlyMap<string, ReadonlySet<string>>
  before(async () => {
    server = await startTestServer({ config: { workers: 2, auditSyslog: 'udp://127.0.0.1:9' } })
    await server.service.startMetrics()
    await using client = new Client(server)
    const { keyMetadata } = await client.createKey()
    await client.scheduleKeyDeletion({ keyId: keyMetadata.keyId, pendingWindowInDays: 7 })
    await server.service.doDueWork()
    page = await (await fetch(`${server.httpEndpoint}/metrics`)).text()
    metrics = metricsOn(page)
  })
  after(() => server.close())

  test('ask for metrics that there are, by labels that they have', () => {
    assert.ok(expressions.length > 40)
    const faults = expressions.flatMap((expression) => {
      const selectors = selectorsOf(expression)
      const known = new Set([...added, ...selectors.flatMap(({ metric }) => [...(metrics.get(metric) ?? [])])])
      return [
        ...(selectors.length === 0 ? [expression] : []),
        ...selectors.map(({ metric }) => metric).filter((metric) => metric !== 'up' && !metrics.has(metric)),
        ...selectors.flatMap(({ metric, matchers }) =>
          matchers
            .filter(({ label }) => !added.includes(label) && !metrics.get(metric)?.has(label))
            .map(({ label }) => `${label} of ${metric}`),
        ),
        ...groupingOf(expression).filter((label) => !known.has(label)),
      ]
    })
    assert.deepEqual(faults, [])
  })

  test('the metrics that the guide names are there', () => {
    for (const guide of ['operations.md', 'operations.zh-CN.md']) {
      const text = readFileSync(join(root, 'docs/guides', guide), 'utf8')
      const named = [...text.matchAll(/`((?:keyhaven|nodejs)_\w+)`/g)].map(([, name = '']) => name)
      assert.ok(named.length > 10)
      assert.deepEqual(
        named.filter((name) => !metrics.has(name) && !metrics.has(`${name}_bucket`)),
        [],
      )
    }
  })

  test('a server that is well says so, what is pending, and how each worker fares', () => {
    for (const [metric, value] of [
      ['keyhaven_store_away', '0'],
      ['keyhaven_store_closed', '0'],
      ['keyhaven_store_failures_total', '0'],
      ['keyhaven_clock_trusted', '1'],
      ['keyhaven_audit_signed_records', '[1-9]\\d*'],
      ['keyhaven_audit_signed_timestamp_seconds', '[1-9]\\d*(?:\\.\\d+)?'],
      ['keyhaven_pending_events\\{type="KeyDeletionScheduled",level="Warning"\\}', '1'],
      ['keyhaven_worker_event_loop_lag_seconds\\{worker="1"\\}', '\\S+'],
      ['keyhaven_worker_event_loop_lag_seconds\\{worker="2"\\}', '\\S+'],
    ])
      assert.match(page, new RegExp(`^${metric} ${value}$`, 'm'))
  })
})

test('rules and dashboard ask for outcomes, operations and events that there are', () => {
  const valuesOf: Readonly<Record<string, readonly string[]>> = {
    job: [job],
    code: ['Success', ...Object.keys(errors)],
    action: operations.map(({ name }) => name),
    type: eventTypes,
    level: ['Info', 'Warning', 'Critical'],
  }
  const asked = expressions.flatMap(selectorsOf).flatMap(({ matchers }) => matchers)
  assert.ok(asked.length > 40)
  const unknown = asked.flatMap(({ label, values }) =>
    values.filter((value) => valuesOf[label]?.includes(value) === false).map((value) => `${label} ${value}`),
  )
  assert.deepEqual(unknown, [])
})

test('each rule has a name, says how bad it is and what to do, and names settings that there are', () => {
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length)
  for (const { alert, expr, labels, annotations } of rules) {
    assert.match(alert, /^Keyhaven[A-Z]/)
    assert.match(labels.severity, /^(?:critical|warning|info)$/, alert)
    const text = `${annotations.summary} ${annotations.description}`
    assert.match(text, /\. .*\.$/, alert)
    // An aggregation keeps the labels that it names, and no others.
    const kept = expr.includes(' by (') ? groupingOf(expr) : added
    const shown = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
    assert.deepEqual(
      shown.filter((label) => !kept.includes(label)),
      [],
      alert,
    )
    const words = text.match(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g) ?? []
    const names: readonly string[] = [...settings, 'auditProblem']
    assert.deepEqual(
      words.filter((word) => !names.includes(word)),
      [],
      alert,
    )
  }
})

test('Prometheus reads the rules, from where a server listens unless told otherwise', () => {
  for (const file of scrape.rule_files) assert.ok(existsSync(join(root, 'deploy/prometheus', file)), file)
  const port = configSchema.parse({}).https.split(':').at(-1)
  assert.deepEqual(targets, [{ targets: [`localhost:${port}`] }])
})

test('the panels of the dashboard have names and places of their own', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  assert.ok(panels.every(({ title, gridPos: { x, w } }) => title !== '' && x + w <= 24))
  const overlap = (one: Panel['gridPos'], other: Panel['gridPos']): boolean =>
    one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h
  const overlapping = panels.flatMap((one, index) =>
    panels.slice(index + 1).flatMap((other) => (overlap(one.gridPos, other.gridPos) ? [[one.title, other.title]] : [])),
  )
  assert.deepEqual(overlapping, [])
})

const unit = textOf('systemd/keyhaven.service')
const dropIns = ['passphrase.conf', 'pkcs11.conf'].map((name) => textOf(`systemd/${name}`))

/** The values of a directive; as in systemd, an empty one takes back those before it. */
const valuesIn = (text: string, directive: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${directive}=(.*)$`, 'gm'))].reduce<string[]>(
    (values, [, value = '']) => (value === '' ? [] : [...values, value]),
    [],
  )

const credentials = '/run/credentials/keyhaven.service'

/** What the service gets as its environment. */
const environmentOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    valuesIn(text, 'Environment').map((line) => {
      const [name = '', value = ''] = line.split('=')
      return [name, value.replace('%d', credentials).replace('%S', '/var/lib')]
    }),
  )

test('the unit and its drop-ins give settings that there are, and what opens each seal is a credential', () => {
  const opened = [unit, ...dropIns.map((dropIn) => `${unit}\n${dropIn}`)].map((text) => {
    const environment = environmentOf(text)
    const names = settings.map(variableOf)
    assert.deepEqual(
      Object.keys(environment).filter((name) => !names.includes(name)),
      [],
    )
    const { config } = loadConfig([], environment)
    assert.equal(config.data, `/var/lib/${valuesIn(text, 'StateDirectory')[0]}`)
    const { keyFile, passphraseFile, sealFile } = config
    const [secret, ...others] = [keyFile, passphraseFile, sealFile].filter((file) => file !== undefined)
    assert.deepEqual(others, [])
    const given = valuesIn(text, 'LoadCredential').map((line) => `${credentials}/${line.split(':')[0]}`)
    assert.ok(
      given.some((file) => file === secret),
      given.join(),
    )
    return secret
  })
  assert.equal(new Set(opened).size, 3)
})

test('the unit brings about every protection that the server looks for', {
  skip: process.platform !== 'linux' && 'systemd is for Linux',
}, () => {
  const flags = valuesIn(unit, 'ExecStart')[0]?.match(/ --\S+(?=.* \S+keyhaven\.js )/g) ?? []
  const program = `const { missingProtections } = await import('${join(root, 'src/server/protections.ts')}')
    console.log(JSON.stringify(missingProtections()))`
  const words = [...flags.map((flag) => flag.trim()), '--input-type=module', '-e', program]
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -c "$0"; exec "$@"', ...valuesIn(unit, 'LimitCORE'), process.execPath, ...words],
    { encoding: 'utf8', env: { PATH: process.env.PATH } },
  )
  assert.notEqual(stdout, '', stderr)
  const byUnit = [
    ['runs as root', valuesIn(unit, 'User')[0] !== 'root'],
    ['swap is on', valuesIn(unit, 'MemorySwapMax')[0] === '0'],
  ] as const
  const missing: string[] = JSON.parse(stdout)
  assert.deepEqual(
    missing.filter((what) => !byUnit.some(([name, isMet]) => isMet && what.startsWith(name))),
    [],
  )
  assert.deepEqual(valuesIn(unit, 'UnsetEnvironment'), ['NODE_OPTIONS'])
})

test('systemd takes the unit with each drop-in, and would say what it does not know', {
  skip: spawnSync('systemd-analyze', ['--version']).error !== undefined && 'there is no systemd here',
}, (t) => {
  const verified = (dropIn?: string) => {
    const place = temporaryFolder(t)
    const file = join(place, 'keyhaven.service')
    // The program is looked for, and it is another machine's.
    writeFileSync(file, unit.replace('/usr/bin/node', process.execPath))
    mkdirSync(`${file}.d`)
    if (dropIn !== undefined) writeFileSync(join(`${file}.d`, 'seal.conf'), dropIn)
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
    return stderr.split('\n').filter((line) => line.includes('keyhaven') || line.includes('seal.conf'))
  }
  for (const dropIn of [undefined, ...dropIns]) assert.deepEqual(verified(dropIn), [])
  assert.match(verified('[Service]\nNoSuchDirective=yes\n').join('\n'), /NoSuchDirective/)
})
