import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { configSchema } from '../src/server/config/schema.ts'

const root = join(import.meta.dirname, '..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

test('the launcher hands on every descriptor that a command reads a secret from, when it starts another Node', () => {
  const ofSettings = Object.keys(configSchema.shape)
    .filter((name) => name.endsWith('Fd'))
    .map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
  const ofReseal = [...textOf('src/server/commands/reseal.ts').matchAll(/'(new-[a-z-]+-fd) </g)].map(
    ([, name = '']) => name,
  )
  assert.ok(ofSettings.length >= 3 && ofReseal.length >= 2)
  for (const name of [...ofSettings, ...ofReseal]) assert.ok(textOf('bin/keyhaven.js').includes(`'${name}'`), name)
})
