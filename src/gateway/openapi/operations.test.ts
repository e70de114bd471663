import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Decrypt, Encrypt } from '../../api/cryptography.ts'
import { operations } from '../../api/operations.ts'
import { decrypt } from '../../core/cryptography/decrypt.ts'
import { openapiOperations } from './operations.ts'
import { on } from './pair.ts'

describe('operations of the gateway', () => {
  test('every operation of the contract has a behaviour', () => {
    const paired = new Set(openapiOperations.map(({ operation }) => operation))
    const missing = operations.filter((operation) => !paired.has(operation)).map(({ name }) => name)
    assert.deepEqual(missing, [])
  })

  test('no operation is paired twice', () => {
    const names = openapiOperations.map(({ operation }) => `${operation.api.version} ${operation.name}`)
    assert.equal(new Set(names).size, names.length)
  })

  test('a behaviour of another operation does not compile', () => {
    on(Decrypt, decrypt)
    // @ts-expect-error Decrypt takes a CiphertextBlob, Encrypt has none to give
    on(Encrypt, decrypt)
  })
})
