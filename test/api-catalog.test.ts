import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Field, Fields } from '../src/api/field.ts'
import { kmsApi, type Operation } from '../src/api/operation.ts'
import { operations } from '../src/api/operations.ts'

interface CatalogField {
  readonly name: string
  readonly type: string
  readonly fields?: readonly CatalogField[]
}
interface CatalogParameter {
  readonly name: string
  readonly type: 'string' | 'integer' | 'boolean' | 'list'
  readonly required?: boolean
  readonly encoding?: 'json-string' | 'repeat-list'
}
interface CatalogAction {
  readonly name: string
  readonly parameters: readonly CatalogParameter[]
  readonly response: readonly CatalogField[]
}

const file = join(import.meta.dirname, 'vectors/api/kms-2016-01-20.json')
const { apis } = JSON.parse(readFileSync(file, 'utf8')) as { readonly apis: readonly CatalogAction[] }
const catalog = new Map(apis.map((action) => [action.name, action]))

/** Where the contract says otherwise than the catalog, on purpose. */
const deviations: readonly { readonly lines: RegExp; readonly why: string }[] = [
  {
    lines: /^\w+ request (catalog: DryRun string|contract: DryRun boolean) false$/,
    why: 'the models type DryRun as text, but it means true or false like every other flag',
  },
  {
    lines:
      /^(CreateKey|CreateSecret|SetKeyPolicy|SetSecretPolicy) request (catalog: Policy json|contract: Policy string) \w+$/,
    why: 'a policy is handed on as text, because the rules check its bytes and GetKeyPolicy returns them',
  },
  {
    lines:
      /^\w+ request (catalog: (FetchTags|IncludeDeprecated|ForceDeleteWithoutRecovery|Exclude\w+|RequireEachIncludedType) string|contract: (FetchTags|IncludeDeprecated|ForceDeleteWithoutRecovery|Exclude\w+|RequireEachIncludedType) boolean) false$/,
    why: 'the models type the flags of secrets as text, but they mean true or false like every other flag',
  },
  {
    lines:
      /^\w+ request (catalog: (RecoveryWindowInDays|PasswordLength) string|contract: (RecoveryWindowInDays|PasswordLength) integer) false$/,
    why: 'the models type numbers of secrets as text, but only whole numbers are taken',
  },
  {
    lines: /^\w+ request (catalog: Recipient json|contract: Recipient string) false$/,
    why: 'a recipient is refused whatever it says, until attestations can be checked',
  },
  {
    lines: /^CreateSecret request (catalog: ExtendedConfig json|contract: ExtendedConfig string) false$/,
    why: 'it is handed on as text, because DescribeSecret returns it exactly as it was given',
  },
  {
    lines:
      /^UpdateSecret request (catalog: ExtendedConfig.CustomData string|contract: ExtendedConfig.CustomData json) false$/,
    why: 'the text is JSON, or comes in parts as ExtendedConfig.CustomData.<name>',
  },
  {
    lines:
      /^ImportKeyMaterial request (catalog: KeyMaterialExpireUnix integer true|contract: KeyMaterialExpireUnix integer false)$/,
    why: 'the documentation lets it be left out for material that never expires',
  },
  {
    lines:
      /^(CreateCertificate request contract: ProtectionLevel string false|DescribeCertificate response contract: ProtectionLevel string)$/,
    why: 'clients older than the catalog have it',
  },
  {
    lines:
      /^CertificateP\w+Key(Sign|Verify) request (catalog: MessageType string true|contract: MessageType string false)$/,
    why: 'the documentation has a default, which clients that leave it out rely on',
  },
  {
    lines: /^DescribeCertificate response (catalog: Tags map|contract: Tags string)$/,
    why: 'a map of text is written as an object, which the models call a map',
  },
]

const served = operations.filter(({ api }) => api === kmsApi)

/** One line for each parameter: name, type as the catalog writes it, needed or not. */
const requestLines = ({ request }: Operation): string[] =>
  Object.entries(request).map(([name, field]) => `${name} ${wireType(field)} ${field.presence === 'required'}`)

function wireType({ kind }: Field): string {
  if (kind === 'list' || kind === 'integer' || kind === 'boolean') return kind
  return kind === 'stringMap' || kind === 'json' ? 'json' : 'string'
}

const catalogLines = ({ parameters }: CatalogAction): string[] =>
  parameters.map(({ name, type, encoding, required }) => {
    const shape = encoding === 'json-string' && type === 'string' ? 'json' : type
    return `${name} ${shape} ${required === true}`
  })

const responseLines = (fields: Fields, path = ''): string[] =>
  Object.entries(fields).flatMap(([name, field]) => {
    const nested = field.item?.fields ?? field.fields
    return [`${path}${name} ${responseType(field)}`, ...(nested ? responseLines(nested, `${path}${name}.`) : [])]
  })

function responseType(field: Field): string {
  if (field.kind === 'list') return `${field.item?.kind ?? ''}[]`
  return field.kind === 'bytes' || field.kind === 'stringMap' || field.kind === 'json' ? 'string' : field.kind
}

const catalogResponseLines = (fields: readonly CatalogField[], path = ''): string[] =>
  fields.flatMap((field) => [
    `${path}${field.name} ${field.type}`,
    ...(field.fields ? catalogResponseLines(field.fields, `${path}${field.name}.`) : []),
  ])

/** Lines that only one side has. */
function differences(action: string, part: string, ours: readonly string[], theirs: readonly string[]): string[] {
  const both = [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `contract: ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `catalog: ${line}`),
  ]
  return both.map((line) => `${action} ${part} ${line}`)
}

function allDifferences(operation: Operation): string[] {
  const action = catalog.get(operation.name)
  if (!action) return [`${operation.name} is not in the catalog`]
  const response = action.response.filter(({ name }) => name !== 'RequestId')
  return [
    ...differences(operation.name, 'request', requestLines(operation), catalogLines(action)),
    ...differences(operation.name, 'response', responseLines(operation.response), catalogResponseLines(response)),
  ]
}

const isExplained = (line: string): boolean => deviations.some(({ lines }) => lines.test(line))

describe('the contract equals the catalog of KMS 2016-01-20', () => {
  for (const operation of served) {
    test(`${operation.name}: parameters and response fields`, () => {
      assert.deepEqual(
        allDifferences(operation).filter((line) => !isExplained(line)),
        [],
      )
    })
  }

  test('every deviation that is explained exists', () => {
    const all = served.flatMap((operation) => allDifferences(operation))
    assert.deepEqual(
      deviations.filter(({ lines }) => !all.some((line) => lines.test(line))).map(({ why }) => why),
      [],
    )
  })
})
