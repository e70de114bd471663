import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/kit/audit.ts'
import { loadConfig } from './load.ts'
import { inspectableConfig } from './print.ts'
import { rawKeyModes } from './raw-key-modes.ts'
import { configurationReference } from './reference.ts'

test('without anything given the documented defaults hold', () => {
  const { config, given } = loadConfig([], {})
  assert.equal(config.data, './keyhaven-data')
  assert.equal(config.https, '127.0.0.1:8443')
  assert.equal(config.http, '127.0.0.1:8080')
  assert.equal(config.regionId, 'cn-hangzhou')
  assert.equal(given.size, 0)
})

test('flags win over the environment, the environment over the file', (t) => {
  const file = join(temporaryFolder(t), 'config.json')
  writeFileSync(file, JSON.stringify({ data: 'from-file', https: '127.0.0.1:1', maxKeys: 7 }))
  const environment = { KEYHAVEN_DATA: 'from-environment', KEYHAVEN_HTTPS: '127.0.0.1:2', KEYHAVEN_CONFIG: file }
  const { config } = loadConfig(['--data', 'from-flag'], environment)
  assert.deepEqual([config.data, config.https, config.maxKeys], ['from-flag', '127.0.0.1:2', 7])
})

test('the file may begin with a byte order mark', (t) => {
  const file = join(temporaryFolder(t), 'config.json')
  writeFileSync(file, '\uFEFF{"maxKeys":7}')
  assert.equal(loadConfig(['--config', file], {}).config.maxKeys, 7)
})

test('numbers, switches and lists are read from text', () => {
  const { config } = loadConfig(['--insecure-listen', '--tls-names', 'kms.example.com, 10.0.0.5', '--max-keys=5'], {
    KEYHAVEN_ALLOW_ECB: 'true',
    KEYHAVEN_RAW_KEY_MODES: 'key-hzz62f1cb66fa42qo=CBC, *=GCM',
  })
  assert.deepEqual(
    [config.insecureListen, config.tlsNames, config.maxKeys, config.allowEcb],
    [true, ['kms.example.com', '10.0.0.5'], 5, true],
  )
  assert.deepEqual(
    rawKeyModes(config.rawKeyModes),
    new Map([
      ['key-hzz62f1cb66fa42qo', 'CBC'],
      ['*', 'GCM'],
    ]),
  )
})

test('what cannot be used is refused in one line that names the setting as the user gave it', (t) => {
  const folder = temporaryFolder(t)
  const file = (text: string): string => {
    writeFileSync(join(folder, 'config.json'), text)
    return join(folder, 'config.json')
  }
  const refusals: [string[], NodeJS.ProcessEnv, RegExp][] = [
    [['--https', 'somewhere'], {}, /^--https: is not host:port$/],
    [['--https', '127.0.0.1:70000'], {}, /^--https: has a port above 65535$/],
    [[], { KEYHAVEN_ACCOUNT_ID: '12' }, /^KEYHAVEN_ACCOUNT_ID: is not 16 digits$/],
    [[], { KEYHAVEN_MAX_KEYS: 'many' }, /^KEYHAVEN_MAX_KEYS: /],
    [[], { KEYHAVEN_ALLOW_ECB: 'perhaps' }, /^KEYHAVEN_ALLOW_ECB: is not true or false$/],
    [['--raw-key-modes', '*=GCM,*=XTS'], {}, /^--raw-key-modes: is not key id=mode, or \*=mode/],
    [['--no-such'], {}, /^Unknown option '--no-such'/],
    [['--htps', 'x'], {}, /^Unknown option '--htps' \(did you mean --https\?\)$/],
    [['--store', 'mysql://kms:canary@db/kms'], {}, /^--store: is neither a file nor postgres:\/\/…$/],
    [[], { KEYHAVEN_STORE: ' postgres://kms:canary@db/kms' }, /^KEYHAVEN_STORE: is neither a file nor postgres:\/\/…$/],
    [['--store', 'postgres:/kms:canary@db/kms'], {}, /^--store: is neither a file nor postgres:\/\/…$/],
    [['--store', 'postgres://kms:5432/canary@db/kms'], {}, /^--store: is not readable as an address: (?!.*canary)/],
    [['stray'], {}, /stray/],
    [['--config', file('{')], {}, /config\.json is not JSON$/],
    [['--config', join(folder, 'missing.json')], {}, /missing\.json cannot be read \(ENOENT\)$/],
  ]
  for (const [flags, environment, message] of refusals)
    assert.throws(() => loadConfig(flags, environment), { name: 'ConfigError', message })
  assert.throws(() => loadConfig(['--config', file('[]')], {}), /is not a JSON object$/)
  assert.throws(
    () => loadConfig(['--config', file('{"dta":"x"}')], {}),
    /has an unknown setting "dta" \(did you mean data\?\)$/,
  )
  assert.throws(() => loadConfig(['--config', file('{"https":5}')], {}), /"https" in .*config\.json: /)
})

test('the password of a database URL is not shown', () => {
  const shown = (store: string) => inspectableConfig(loadConfig(['--store', store], {}).config).store
  assert.equal(shown('postgres://kms@db.example.com/kms?password=canary'), 'postgres://kms@db.example.com/kms')
  for (const password of ['canary', 'can@ary', 'ca%40n@ar:y@'])
    assert.equal(
      shown(`postgres://kms:${password}@one:5432,two:5433/kms?password=canary`),
      'postgres://kms:***@one:5432,two:5433/kms',
    )
})

test('docs/reference/configuration.md is what the schema says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/configuration.md'), 'utf8')
  assert.equal(page, configurationReference(), 'run: npm run docs')
})
