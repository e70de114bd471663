import assert from 'node:assert/strict'
import { test } from 'node:test'
import { version } from '../../api/version.ts'
import type { OtherNode } from '../../core/oversight/node-lease.ts'
import { type Config, configSchema } from '../config/schema.ts'
import { OtherNodes, settingsToCompare } from './other-nodes.ts'

const configured = (settings: Partial<Config>): Config => configSchema.parse(settings)

const node = (settings: Partial<Config>, more: Partial<OtherNode> = {}): OtherNode => ({
  ...{ name: 'two', process: 'p', place: undefined, host: 'h', version, startedAt: '', seenAt: '', hasEnded: false },
  settings: settingsToCompare(configured(settings)),
  ...more,
})

function compared(own: Partial<Config>) {
  const logged: string[] = []
  const others = new OtherNodes(configured(own), { write: (level, message) => logged.push(`${level} ${message}`) })
  return { logged, hear: (...nodes: OtherNode[]) => others.compare(nodes) }
}

test('another value of a setting is told once, by its name alone', () => {
  const { logged, hear } = compared({ allowEcb: true, maxKeys: 7, node: 'one', data: 'here' })
  for (let again = 0; again < 3; again++)
    hear(node({ maxKeys: 7, consoleDeny: ['CreateKey'], node: 'two', data: 'there' }))
  assert.deepEqual(logged, ['warn the server two is not like this one: it has other settings of allowEcb, consoleDeny'])
  hear(node({ allowEcb: true, maxKeys: 7 }))
  assert.equal(logged.length, 1)
  hear(node({ maxKeys: 8 }))
  assert.match(logged.at(-1) ?? '', /settings of allowEcb, maxKeys$/)
})

test('servers that have all of these alike are not told of, nor those of a release that tells nothing', () => {
  const { logged, hear } = compared({ allowEcb: true, trustedProxies: ['10.0.0.0/8'] })
  hear(node({ allowEcb: true, trustedProxies: ['10.0.0.0/8'], workers: 4 }), node({}, { settings: undefined }))
  assert.deepEqual(logged, [])
})

test('a server of another release is told of', () => {
  const { logged, hear } = compared({})
  hear(node({}, { version: '99.0.0' }))
  assert.deepEqual(logged, [
    `warn the server two is not like this one: it is of release 99.0.0, this one of ${version}`,
  ])
})

test('what is compared shows no value', () => {
  const text = JSON.stringify(settingsToCompare(configured({ oidcHosts: ['issuer.internal:443'] })))
  assert.match(text, /"oidcHosts":"[A-Za-z0-9+/]{8}"/)
})
