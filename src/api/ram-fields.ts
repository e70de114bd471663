import { boolean, integer, list, object, oneOf, optional, refused, string, withDefault } from './field.ts'
import { ramApi } from './operation.ts'

/** What operations of RAM 2015-05-01 have in common. */
export const read = { api: ramApi, resource: 'account' } as const
export const written = { ...read, mutates: true } as const

const name = (doc: string, characters: string, maxLength = 64) =>
  string(doc, { minLength: 1, maxLength, pattern: new RegExp(`^[A-Za-z0-9${characters}]+$`) })
export const userName = name('name of the user', '._-')
export const ownUserName = optional(name('name of the user; the caller itself when left out', '._-'))
export const groupName = name('name of the group', '._-')
export const roleName = name('name of the role', '.-')
export const policyName = name('name of the policy', '-', 128)
export const policyType = oneOf('System: built in, Custom: created here', ['System', 'Custom'])
export const accessKeyId = string('AccessKey ID', { minLength: 1, maxLength: 64 })
export const comments = string('free text', { maxLength: 128 })
export const description = string('free text', { maxLength: 1024 })
export const policyDocument = string('policy as JSON text, up to 6144 characters')
export const trustPolicy = string('who may assume the role, as JSON text')
export const sessionDuration = integer('longest session, in seconds', { minimum: 3600, maximum: 43200 })
export const created = string('yyyy-MM-ddTHH:mm:ssZ')
export const updated = string('yyyy-MM-ddTHH:mm:ssZ')
export const profile = {
  DisplayName: optional(string('', { maxLength: 128 })),
  MobilePhone: optional(string('', { maxLength: 64 })),
  Email: optional(string('', { maxLength: 128 })),
  Comments: optional(comments),
}

export const page = {
  Marker: optional(string('where the last answer left off')),
  MaxItems: withDefault(integer('items in an answer', { minimum: 1, maximum: 1000 }), 100),
}
export const pageResult = {
  IsTruncated: boolean('there is more'),
  Marker: optional(string('send it to get more')),
}

export const tagFilter = refused(
  list('only those with these tags', object('', { Key: string(''), Value: optional(string('')) })),
  'policies and roles have no tags here',
)

export const policy = {
  PolicyName: string(''),
  PolicyType: policyType,
  Description: string(''),
  DefaultVersion: string('the version that is in force'),
}
export const datedPolicy = {
  ...policy,
  CreateDate: created,
  UpdateDate: updated,
  AttachmentCount: integer('users, groups and roles that have it'),
}
export const policyVersion = {
  VersionId: string(''),
  IsDefaultVersion: boolean(''),
  PolicyDocument: string('JSON text'),
  CreateDate: created,
}

const resourceGroup = refused(
  string('the resource group that the permission is for'),
  'there are no resource groups here, and the permission would be given or taken for everything',
)
export const attachment = { PolicyType: policyType, PolicyName: policyName, ResourceGroupId: resourceGroup }
export const attachedPolicies = {
  Policies: object('', { Policy: list('', object('', { ...policy, AttachDate: string('') })) }),
}
