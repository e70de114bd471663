import { list, object, string } from './field.ts'
import { keyId, keyIdOrArn, pageNumber, pageOut, pageSize } from './key-fields.ts'
import { define } from './operation.ts'

const aliasName = string(
  '`alias/` and 1 to 255 letters, digits, `_`, `-` and `/`; those beginning with `alias/acs` are reserved',
  { pattern: /alias\/[\w/-]{1,255}/ },
)
const aliasesOut = {
  Aliases: object('', {
    Alias: list(
      '',
      object('', {
        AliasName: string('name of the alias'),
        AliasArn: string('ARN of the alias'),
        KeyId: string('id of the key it points at'),
      }),
    ),
  }),
  ...pageOut,
}

export const CreateAlias = define(
  'CreateAlias',
  'Gives a key another name.',
  { AliasName: aliasName, KeyId: keyId },
  {},
  { resource: 'alias and key', mutates: true },
)

export const UpdateAlias = define(
  'UpdateAlias',
  'Points an alias at another key.',
  { AliasName: aliasName, KeyId: keyId },
  {},
  { resource: 'alias and key', mutates: true, idempotent: true },
)

export const DeleteAlias = define(
  'DeleteAlias',
  'Removes an alias.',
  { AliasName: aliasName },
  {},
  { resource: 'alias and key', mutates: true },
)

export const ListAliases = define(
  'ListAliases',
  'Lists the aliases of the account.',
  { PageNumber: pageNumber, PageSize: pageSize(0, 100) },
  aliasesOut,
  { resource: 'alias container' },
)

export const ListAliasesByKeyId = define(
  'ListAliasesByKeyId',
  'Lists the aliases of a key.',
  { KeyId: keyIdOrArn, PageNumber: pageNumber, PageSize: pageSize(0, 101) },
  aliasesOut,
)
