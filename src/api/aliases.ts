import { integer, list, object, string, withDefault } from './field.ts'
import { define } from './operation.ts'

export const CreateAlias = define(
  'CreateAlias',
  'Gives a key another name.',
  {
    AliasName: string('1 to 255 chars including the prefix alias/; prefix alias/acs is reserved'),
    KeyId: string('key id'),
  },
  {},
  { resource: 'alias and key', mutates: true },
)

export const UpdateAlias = define(
  'UpdateAlias',
  'Points an alias at another key.',
  {
    AliasName: string('1 to 255 chars including the prefix alias/; prefix alias/acs is reserved'),
    KeyId: string('key id'),
  },
  {},
  { resource: 'alias and key', mutates: true, idempotent: true },
)

export const DeleteAlias = define(
  'DeleteAlias',
  'Removes an alias.',
  { AliasName: string('1 to 255 chars including the prefix alias/; prefix alias/acs is reserved') },
  {},
  { resource: 'alias and key', mutates: true },
)

export const ListAliases = define(
  'ListAliases',
  'Lists the aliases of the account.',
  {
    PageNumber: withDefault(integer('page to return, from 1', { minimum: 1 }), 1),
    PageSize: withDefault(integer('items in a page', { minimum: 0, maximum: 100 }), 10),
  },
  {
    Aliases: object('', {
      Alias: list('', object('', { AliasArn: string(''), AliasName: string(''), KeyId: string('') })),
    }),
    PageNumber: integer(''),
    PageSize: integer(''),
    TotalCount: integer(''),
  },
  { resource: 'alias container' },
)

export const ListAliasesByKeyId = define(
  'ListAliasesByKeyId',
  'Lists the aliases of a key.',
  {
    KeyId: string('key id or key ARN'),
    PageNumber: withDefault(integer('page to return, from 1', { minimum: 1 }), 1),
    PageSize: withDefault(integer('items in a page', { minimum: 0, maximum: 101 }), 10),
  },
  {
    Aliases: object('', {
      Alias: list('', object('', { AliasArn: string(''), AliasName: string(''), KeyId: string('') })),
    }),
    PageNumber: integer(''),
    PageSize: integer(''),
    TotalCount: integer(''),
  },
)
