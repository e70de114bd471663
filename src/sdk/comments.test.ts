import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { instanceOperations } from '../api/instance.ts'
import { operations } from '../api/operations.ts'

interface Method {
  readonly name: string
  readonly comment: string
}

/** The methods of a client that call one operation each, with the text of the comment above them. */
function methodsOf(file: string): Method[] {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8')
  const method = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {2}readonly (\w+)(?: =\s*this\.#operation|: InstanceClient)/g
  return [...text.matchAll(method)].map(([, comment = '', name = '']) => ({ name, comment: unwrapped(comment) }))
}

const unwrapped = (comment: string): string =>
  comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

const wireName = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** Methods whose comment does not begin with what the contract says of the operation. */
function differing(file: string, docs: ReadonlyMap<string, string>): object[] {
  const methods = methodsOf(file)
  assert.ok(methods.length > 1, file)
  return methods.flatMap(({ name, comment }) => {
    const doc = docs.get(wireName(name))
    return doc !== undefined && comment.startsWith(doc) ? [] : [{ file, name, comment, doc }]
  })
}

const docsOf = (...products: readonly string[]): [name: string, doc: string][] =>
  operations.filter(({ api }) => products.includes(api.product)).map(({ name, doc }) => [name, doc])
const ofInstance = instanceOperations.map(({ name, doc }): [string, string] => [name, doc])

test('what a client says of a method begins with what the contract says of the operation', () => {
  assert.deepEqual(
    [
      ...differing('client.ts', new Map([...ofInstance, ...docsOf('Kms', 'Keyhaven')])),
      ...differing('ram-client.ts', new Map(docsOf('Ram', 'Ims'))),
      ...differing('sts-client.ts', new Map(docsOf('Sts'))),
      ...differing('instance-client.ts', new Map(ofInstance)),
    ],
    [],
  )
})

test('the operations that both gateways have are those that the comment of the client names', () => {
  const text = unwrapped(readFileSync(join(import.meta.dirname, 'client.ts'), 'utf8'))
  const [, list = ''] = /Where both have an operation of one name \(([^)]+)\)/.exec(text) ?? []
  const ofPublic = new Set(docsOf('Kms').map(([name]) => name))
  const ofBoth = ofInstance.map(([name]) => name).filter((name) => ofPublic.has(name))
  // AdvanceEncrypt is the same on both, so the method has the fields of either.
  const differing = ofBoth.filter((name) => name !== 'AdvanceEncrypt')
  assert.deepEqual(new Set(list.split(', ').map(wireName)), new Set(differing))
})
