import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Field, Fields } from '../../src/api/field.ts'
import { openapiOperations } from '../../src/gateway/openapi/operations.ts'
import { testKms } from '../kit/kms.ts'
import { openapiFixture } from '../kit/openapi.ts'
import { take, tour, World } from '../kit/tour.ts'

const contracts = new Map(
  openapiOperations.map(({ operation }) => [`${operation.api.version} ${operation.name}`, operation]),
)

/** Where an answer is not what the contract says. */
const mismatches = (fields: Fields, value: Record<string, unknown>, path = ''): string[] => [
  ...Object.keys(value)
    .filter((name) => fields[name] === undefined)
    .map((name) => `${path}${name} is not in the contract`),
  ...Object.entries(fields).flatMap(([name, field]) => memberMismatches(field, value[name], `${path}${name}`)),
]

function memberMismatches(field: Field, value: unknown, path: string): string[] {
  if (value === undefined) return field.presence === 'required' ? [`${path} is missing`] : []
  switch (field.kind) {
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path} is no integer`]
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path} is no boolean`]
    case 'list':
      if (!Array.isArray(value)) return [`${path} is no list`]
      return value.flatMap((item, at) => (field.item ? memberMismatches(field.item, item, `${path}[${at}]`) : []))
    case 'object':
      return mismatches(field.fields ?? {}, value as Record<string, unknown>, `${path}.`)
    case 'stringMap':
      return Object.values(value as object).every((text) => typeof text === 'string')
        ? []
        : [`${path} is no map of text`]
    default:
      return typeof value === 'string' ? [] : [`${path} is no text`]
  }
}

describe('a tour of every operation', () => {
  for (const scheme of ['V1', 'ACS3'] as const) {
    test(`each answers exactly the fields of its contract (${scheme})`, async () => {
      const fixture = await openapiFixture((await testKms()).kms)
      const world = new World(fixture.kms.settings.accountId)
      for (const step of tour) {
        const { status, body } = await take(step, fixture, world, { scheme })
        const { RequestId, ...answer } = body
        assert.ok(RequestId)
        if (step.code === undefined) {
          assert.equal(status, 200, `${step.action}: ${JSON.stringify(body)}`)
          const contract = contracts.get(`${step.version ?? '2016-01-20'} ${step.action}`)
          assert.deepEqual(mismatches(contract?.response ?? {}, answer), [], step.action)
        } else assert.equal(body.Code, step.code, step.action)
      }
    })
  }

  test('it leaves no operation out', () => {
    const visited = new Set(tour.map(({ version = '2016-01-20', action }) => `${version} ${action}`))
    assert.deepEqual(
      [...contracts.keys()].filter((name) => !visited.has(name)),
      [],
    )
  })

  test('every change leaves a record before and after; everything else, and what is refused before it, one; each of several resources, too', async () => {
    const fixture = await openapiFixture((await testKms()).kms)
    const world = new World(fixture.kms.settings.accountId)
    for (const step of tour) {
      fixture.audit.length = 0
      await take(step, fixture, world)
      const contract = contracts.get(`${step.version ?? '2016-01-20'} ${step.action}`)
      const phases = fixture.audit.map(({ phase, code }) => `${phase} ${code}`)
      const { parts = [] } = step
      const responses = [...parts, step.code ?? 'Success'].map((code) => `response ${code}`)
      const requests = [...parts, ''].map(() => 'request undefined')
      const isChange = contract?.mutates === true && step.code === undefined
      assert.deepEqual(phases, isChange ? [...requests, ...responses] : responses, step.action)
    }
  })
})
