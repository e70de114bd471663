import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLock, sbom } from './tools/build/sbom.ts'

interface Component {
  readonly name: string
  readonly version: string
  readonly 'bom-ref': string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[]
}
interface Bom {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

const lock = readLock()
const bom = sbom(lock) as Bom
const refs = new Set(bom.components.map((component) => component['bom-ref']))

test('the bill of materials holds what a user of the package gets, and no tool of ours', () => {
  const names = new Set(bom.components.map(({ name }) => name))
  const wanted = Object.keys({ ...lock.get('')?.dependencies, ...lock.get('')?.optionalDependencies })
  assert.ok(wanted.length > 10)
  assert.deepEqual(
    wanted.filter((name) => !names.has(name)),
    [],
  )
  const installed = [...lock].filter(([place, { dev }]) => place !== '' && dev !== true)
  assert.deepEqual(
    installed.map(([place, { version }]) => `${place.replace(/^.*node_modules\//, '')}@${version}`).filter(missing),
    [],
  )
  assert.equal(names.has('typescript'), false)
})

const missing = (label: string): boolean => !refs.has(`pkg:npm/${label.replace(/^@/, '%40')}`)

test('each component has its version, its licence and the hash that npm ci compares', () => {
  for (const { name, version, hashes, licenses } of bom.components) {
    assert.match(version, /^\d+\.\d+\.\d+/, name)
    assert.equal(hashes?.[0]?.alg, 'SHA-512', name)
    assert.match(hashes[0].content, /^[0-9a-f]{128}$/, name)
    assert.match(licenses[0]?.license?.id ?? licenses[0]?.expression ?? '', /^[\w.+-]+( (OR|AND) [\w.+-]+)*$/, name)
  }
})

test('what a component depends on is a component', () => {
  assert.equal(bom.dependencies.length, bom.components.length + 1)
  assert.equal(bom.dependencies[0]?.ref, bom.metadata.component['bom-ref'])
  assert.deepEqual(
    bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref)),
    [],
  )
})

test('the same lock gives the same bill, without a time or a place', () => {
  const text = JSON.stringify(bom)
  assert.equal(JSON.stringify(sbom(readLock())), text)
  assert.doesNotMatch(text, /timestamp|serialNumber|https?:/)
})
