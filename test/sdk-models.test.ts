import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import type { Field, Fields } from '../src/api/field.ts'
import type { Operation } from '../src/api/operation.ts'
import { operations } from '../src/api/operations.ts'
import { testKms } from './kit/kms.ts'
import { openapiFixture } from './kit/openapi.ts'
import { leftOut, type Models, notServed, ownFields, recordedModels } from './tools/docs/cloud-models.ts'

/*
 * The contract beside the models of the official clients, field by field. A field that the clients know and the contract
 * does not would be passed over in silence, so each of them is a decision that stands in cloud-models.ts with its reason.
 */
interface ModelClass {
  names(): Readonly<Record<string, string>>
  types(): Readonly<Record<string, unknown>>
}

/** The models of the client that npm has, as they are installed. */
function installed(): { readonly version: string; readonly models: Models } {
  const require = createRequire(import.meta.url)
  const classes = require('@alicloud/kms20160120') as Readonly<Record<string, ModelClass>>
  const { version } = require('@alicloud/kms20160120/package.json') as { readonly version: string }
  const actions = Object.keys(classes).flatMap((name) => /^(\w+)Request$/.exec(name)?.[1] ?? [])
  const fieldsOf = (name: string) => modelFields(classes[name])
  const models = new Map(
    actions.map((name) => {
      const response = `${name}ResponseBody` in classes ? fieldsOf(`${name}ResponseBody`) : fieldsOf(`${name}Response`)
      return [
        name,
        { request: fieldsOf(`${name}Request`), response: response.filter((field) => field !== 'RequestId') },
      ]
    }),
  )
  return { version, models }
}

function modelFields(model: unknown, path = ''): string[] {
  if (!isModel(model)) return []
  const types = model.types()
  return Object.entries(model.names()).flatMap(([property, name]) => [
    `${path}${name}`,
    ...modelFields(itemOf(types[property]), `${path}${name}.`),
  ])
}
const isModel = (model: unknown): model is ModelClass => typeof model === 'function' && 'names' in model
const itemOf = (type: unknown): unknown =>
  typeof type === 'object' && type !== null && 'itemType' in type ? type.itemType : type

const code = ({ api, name }: Operation): string => `${api.product} ${name}`
const served = new Map(operations.map((operation) => [code(operation), operation]))

function contractFields(fields: Fields, path = ''): string[] {
  return Object.entries(fields).flatMap(([name, field]) => [`${path}${name}`, ...inner(field, `${path}${name}.`)])
}
/** What is inside JSON text is in some models, too. */
const inner = ({ item, fields }: Field, path: string): string[] =>
  contractFields(item?.item?.fields ?? item?.fields ?? fields ?? {}, path)
const jsonFields = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, field]) => (field.kind === 'json' ? inner(field, `${name}.`) : []))

/** Every field of the models that the contract has not, as `<Product> <Action> <part> <path>`. */
function missing(product: string, models: Models): string[] {
  return [...models].flatMap(([name, action]) => {
    const operation = served.get(`${product} ${name}`)
    if (operation === undefined) return []
    return (['request', 'response'] as const).flatMap((part) => {
      const known = contractFields(operation[part])
      const isKnown = (field: string) => known.some((path) => path === field || path.startsWith(`${field}.`))
      return action[part].filter((field) => !isKnown(field)).map((field) => `${product} ${name} ${part} ${field}`)
    })
  })
}
/** The reason that covers a field: its own, or that of the field that it is in. */
const isLeft = (field: string): boolean =>
  Object.keys(leftOut).some((decided) => field === decided || field.startsWith(`${decided}.`))

const unserved = (product: string, models: Models): string[] =>
  [...models.keys()].map((name) => `${product} ${name}`).filter((name) => !served.has(name))

const npm = installed()
const newest = recordedModels()
const all: readonly (readonly [title: string, product: string, models: Models])[] = [
  [`@alicloud/kms20160120 ${npm.version}, as installed`, 'Kms', npm.models],
  ...Object.entries(newest).map(
    ([product, { version, models }]) => [`${product} models ${version}, as recorded`, product, models] as const,
  ),
]

for (const [title, product, models] of all) {
  describe(title, () => {
    test('every field is in the contract, or left out for a reason', () => {
      assert.ok(models.size > 3)
      assert.deepEqual(
        missing(product, models).filter((field) => !isLeft(field)),
        [],
      )
    })

    test('every action is served, or not for a reason', () => {
      const reasons = Object.values(notServed)
      assert.deepEqual(
        unserved(product, models).filter((name) => !reasons.some((which) => which.test(name))),
        [],
      )
    })
  })
}

test('the contract has no field that no client knows, but for its own', () => {
  const extra = Object.entries(newest).flatMap(([product, { models }]) =>
    [...models].flatMap(([name, action]) => {
      const operation = served.get(`${product} ${name}`)
      return (['request', 'response'] as const).flatMap((part) => {
        const fields = operation?.[part] ?? {}
        const known = new Set([...action[part], ...jsonFields(fields)])
        const extra = contractFields(fields).filter((field) => !known.has(field))
        return extra.map((field) => `${product} ${name} ${part} ${field}`)
      })
    }),
  )
  assert.deepEqual(extra, Object.keys(ownFields))
})

test('every decision is about something that exists', () => {
  const fields = Object.entries(newest).flatMap(([product, { models }]) => missing(product, models))
  assert.deepEqual(
    Object.keys(leftOut).filter((decided) => !fields.includes(decided)),
    [],
  )
  const actions = [...all.flatMap(([, product, models]) => unserved(product, models))]
  assert.deepEqual(
    Object.entries(notServed).filter(([, which]) => !actions.some((name) => which.test(name))),
    [],
  )
})

test('what is refused is refused over the wire, whatever else the request has', async () => {
  const fixture = await openapiFixture((await testKms()).kms)
  const refusals = operations.flatMap((operation) =>
    Object.entries(operation.request).flatMap(([name, field]) =>
      field.refused === undefined ? [] : [{ operation, name, field }],
    ),
  )
  assert.ok(refusals.length >= 3)
  for (const { operation, name, field } of refusals) {
    const parameters = field.kind === 'list' ? { [`${name}.1.Key`]: 'a' } : { [name]: '{}' }
    const { status, body } = await fixture.call(operation.name, parameters, { version: operation.api.version })
    assert.deepEqual([status, body.Code], [400, 'UnsupportedOperation'], `${operation.name} ${name}`)
    assert.ok(body.Message.includes(`"${name}"`), body.Message)
  }
})

test('what is not served says so itself', async () => {
  const fixture = await openapiFixture((await testKms()).kms)
  const versionOf = new Map(operations.map(({ api }) => [api.product as string, api.version]))
  const actions = Object.entries(newest).flatMap(([product, { models }]) => unserved(product, models))
  assert.ok(actions.length > 10)
  for (const action of actions) {
    const [product = '', name = ''] = action.split(' ')
    const { status, body } = await fixture.call(name, {}, { version: versionOf.get(product) ?? '' })
    assert.deepEqual([status, body.Code], [404, 'InvalidAction.NotFound'], action)
  }
})
