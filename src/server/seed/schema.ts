import { z } from 'zod'
import { keySpecNames } from '../../api/key-fields.ts'
import { maxSecretNameLength, secretDataTypes } from '../../api/secret-fields.ts'
import { parseTime } from '../../api/time.ts'

const time = z
  .string()
  .refine((text) => !Number.isNaN(parseTime(text)), 'is no time such as 2026-01-31T12:00:00Z')
  .describe('`yyyy-MM-ddTHH:mm:ssZ`')
const name = z.string().regex(/^[\w.@-]{1,128}$/, 'may hold letters, digits and . _ - @')
const list = <Item extends z.ZodType>(item: Item) => z.array(item).default([])
const tags = z.record(z.string(), z.coerce.string()).default({}).describe('Tags, by key.')
const description = z.string().default('')
/** As JSON text, or written out in the file's own notation. */
const document = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
const instance = z.string().optional().describe('Id or name of the KMS instance that it belongs to.')

const material = {
  hex: z
    .string()
    .regex(/^(?:[0-9a-fA-F]{2})+$/, 'is not hexadecimal')
    .optional()
    .describe('Raw key of a symmetric or HMAC key.'),
  base64: z.base64('is not Base64').optional().describe('Raw key, or private key as DER (PKCS #8).'),
  pem: z.string().optional().describe('Private key: PKCS #8, SEC 1 or PKCS #1.'),
}
const isOne = (given: object): boolean =>
  Object.keys(material).filter((form) => form in given && given[form as keyof typeof given] !== undefined).length === 1
const oneForm = 'needs one of hex, base64 and pem'

const accessKey = z.strictObject({
  id: z.string().regex(/^[\w.=@-]{1,64}$/, 'is no AccessKey ID'),
  secret: z.string().min(1).max(128),
})

const keyVersion = z
  .strictObject({
    ...material,
    id: z
      .string()
      .regex(/^[A-Za-z0-9-]{36}$/, 'is not 36 letters, digits and dashes')
      .optional()
      .describe('Ciphertexts hold it. Unless given, it follows from the id of the key.'),
    createdAt: time.optional(),
  })
  .refine(isOne, oneForm)

const key = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'may hold letters, digits and dashes, 64 at most'),
    spec: z.enum(keySpecNames).default('Aliyun_AES_256'),
    usage: z.enum(['ENCRYPT/DECRYPT', 'SIGN/VERIFY', 'GENERATE/VERIFY_MAC']).optional(),
    description,
    aliases: list(z.string()).describe('Such as `alias/orders`.'),
    tags,
    instance,
    origin: z.enum(['Aliyun_KMS', 'EXTERNAL']).default('Aliyun_KMS'),
    state: z.enum(['Enabled', 'Disabled', 'PendingDeletion']).default('Enabled'),
    rotation: z.string().optional().describe('Interval of automatic rotation, such as `30d`.'),
    deletionProtection: z.boolean().default(false),
    policy: document.optional().describe('Key policy; of keys in an instance.'),
    createdAt: time.optional(),
    material: z.strictObject(material).refine(isOne, oneForm).optional().describe('Of the one version that it has.'),
    versions: list(keyVersion).describe('Oldest first, instead of `material`.'),
  })
  .refine((given) => given.material === undefined || given.versions.length === 0, 'has both material and versions')

const secretVersion = z.strictObject({
  id: z.string().min(1).max(64),
  value: z.string(),
  dataType: z.enum(secretDataTypes).default('text').describe('The value of `binary` is Base64.'),
  stages: z.array(z.string()).optional().describe('Unless given, the newest is ACSCurrent.'),
})

const application = z
  .strictObject({
    name,
    permissions: z.array(z.string()).optional().describe('`RbacPermission/Template/…`; all of them unless given.'),
    resources: z.array(z.string()).default(['key/*', 'secret/*']),
    instance: instance.describe('Id or name of a KMS instance, or `shared` for the public gateway.'),
    clientKeyFile: z
      .string()
      .optional()
      .describe('ClientKey file, beside this one. Made when there is none, and from then on read.'),
    password: z.string().optional().describe('Opens the ClientKey file.'),
    clientKeys: list(
      z.strictObject({
        id: z.string().regex(/^KAAP\.[\w-]{1,64}$/, 'is not KAAP.…'),
        certificate: z.string().describe('X.509, PEM.'),
      }),
    ).describe('Public halves of ClientKeys whose files are elsewhere.'),
  })
  .refine(
    (given) => (given.clientKeyFile === undefined) === (given.password === undefined),
    'needs both clientKeyFile and password, or neither',
  )

/** A seed file. Documented in the guide on testing; its JSON schema is published for editors. */
export const seedSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors.'),
    accountId: z
      .string()
      .regex(/^\d{16}$/, 'is not 16 digits')
      .optional()
      .describe('Account of the deployment; part of every ARN.'),
    accessKey: accessKey.optional().describe('Of the account itself, which may do everything.'),
    instances: list(
      z.strictObject({
        id: z.string().regex(/^kst-[a-z0-9]{1,60}$/, 'is not kst-…'),
        name: name.optional(),
        type: z.enum(['software', 'hardware']).default('software'),
      }),
    ),
    keys: list(key),
    policies: list(z.strictObject({ name, document })).describe('RAM policies.'),
    users: list(z.strictObject({ name, accessKeys: list(accessKey), policies: list(z.string()) })),
    roles: list(z.strictObject({ name, trust: document, policies: list(z.string()) })),
    applications: list(application).describe('Application access points, each with a policy of its own name.'),
    secrets: list(
      z.strictObject({
        name: z.string().min(1).max(maxSecretNameLength),
        description,
        key: z.string().optional().describe('Key id or alias that it is sealed under.'),
        instance,
        tags,
        policy: document.optional(),
        versions: z.array(secretVersion).min(1),
      }),
    ),
  })
  .describe('What a Keyhaven in development mode has from the start.')

export type SeedFile = z.output<typeof seedSchema>
/** As it is written, with everything optional that has a default. */
export type SeedInput = z.input<typeof seedSchema>
