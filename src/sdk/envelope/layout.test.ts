import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const here = import.meta.dirname
const formats = ['keyhaven', 'encryption-sdk', 'samples', 'online'] as const
const verbs = ['seal', 'open', 'describe', 'rewrap'] as const
const textOf = (file: string): string => readFileSync(join(here, file), 'utf8')
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) => path)

test('every format is a folder with the same verbs, and the files of these names choose among the formats', () => {
  for (const verb of verbs)
    for (const format of formats) {
      assert.match(textOf(`${format}/${verb}.ts`), new RegExp(`^export (?:async )?function ${verb}[A-Z]`, 'm'))
      assert.ok(importsOf(`${verb}.ts`).includes(`./${format}/${verb}.ts`), `${verb}.ts chooses ${format}`)
    }
})

test('no format knows another, nor the files', () => {
  const offences = formats.flatMap((format) =>
    globSync(`${format}/*.ts`, { cwd: here })
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => importsOf(file).map((path) => `${file} imports ${path}`))
      .filter((line) => [...formats, 'files'].some((other) => other !== format && line.includes(`../${other}/`))),
  )
  assert.deepEqual(offences, [])
})
