import { KmsError } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'
import { type Attachment, attachmentEntries } from './attachment.ts'
import { ramArn } from './ram-arn.ts'

/** A role, assumed by those whom its trust policy names. Record id = `<account>/<role name>`. */
export interface Role {
  readonly accountId: string
  readonly roleId: string
  readonly roleName: string
  readonly description: string
  /** JSON text, checked */
  readonly trustPolicy: string
  readonly maxSessionSeconds: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly policies: readonly Attachment[]
}

export const roles = recordKind<Role>({
  name: 'role',
  indexes: (role) => [['account', role.accountId], ...attachmentEntries(role.policies)],
})

export const roleId = (accountId: string, roleName: string): string => `${accountId}/${roleName}`

/** @throws KmsError `EntityNotExist.Role` */
export async function findRole(reader: RecordReader, accountId: string, roleName: string): Promise<Stored<Role>> {
  const role = await reader.get(roles, roleId(accountId, roleName))
  if (role === undefined) throw new KmsError('EntityNotExist.Role')
  return role
}

/** The role as answers show it. */
export const describeRole = ({ body }: Stored<Role>) => ({
  roleId: body.roleId,
  roleName: body.roleName,
  arn: ramArn(body.accountId, `role/${body.roleName}`),
  description: body.description,
  maxSessionDuration: body.maxSessionSeconds,
  createDate: body.createdAt,
  updateDate: body.updatedAt,
  assumeRolePolicyDocument: body.trustPolicy,
})
