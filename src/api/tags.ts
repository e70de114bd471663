import { boolean, json, list, object, optional, string, withDefault } from './field.ts'
import { define } from './operation.ts'

export const TagResource = define(
  'TagResource',
  'Adds tags to a key or secret, or changes their values.',
  {
    CertificateId: optional(string('exactly one of KeyId, SecretName, CertificateId')),
    KeyId: optional(string('key id or key ARN')),
    SecretName: optional(string('exactly one of KeyId, SecretName, CertificateId')),
    Tags: json(
      'tags',
      list('', object('', { TagKey: string('1 to 128 characters'), TagValue: string('0 to 128 characters') })),
    ),
  },
  {},
  { resource: 'key or secret', mutates: true, idempotent: true },
)

export const UntagResource = define(
  'UntagResource',
  'Removes tags from a key or secret.',
  {
    CertificateId: optional(string('exactly one of KeyId, SecretName, CertificateId')),
    KeyId: optional(string('key id')),
    SecretName: optional(string('exactly one of KeyId, SecretName, CertificateId')),
    TagKeys: json('tag keys', list('', string('1 to 128 characters'))),
  },
  {},
  { resource: 'key or secret', mutates: true, idempotent: true },
)

export const ListResourceTags = define(
  'ListResourceTags',
  'Lists the tags of a key.',
  { KeyId: string('key id') },
  { Tags: object('', { Tag: list('', object('', { KeyId: string(''), TagKey: string(''), TagValue: string('') })) }) },
  { quota: 'listTags' },
)

export const TagResources = define(
  'TagResources',
  'Adds tags to several keys or secrets, or changes their values.',
  {
    RegionId: string('region ID'),
    ResourceId: list('key ids or secret names', string(''), { maxLength: 50 }),
    ResourceType: string('key | secret'),
    Tag: list(
      'tags',
      object('', { Key: string('1 to 128 characters'), Value: optional(string('0 to 128 characters')) }),
      { maxLength: 20 },
    ),
  },
  {},
  { resource: 'key or secret', mutates: true, idempotent: true },
)

export const UntagResources = define(
  'UntagResources',
  'Removes tags from several keys or secrets.',
  {
    All: withDefault(boolean('default false; used only when TagKey is empty'), false),
    RegionId: string('region ID'),
    ResourceId: list('key ids or secret names', string(''), { maxLength: 50 }),
    ResourceType: string('key | secret'),
    TagKey: optional(list('tag keys', string(''), { maxLength: 20 })),
  },
  {},
  { resource: 'key or secret', mutates: true, idempotent: true },
)

export const ListTagResources = define(
  'ListTagResources',
  'Lists keys or secrets with their tags.',
  {
    NextToken: optional(string('paging token; 200 rows a page')),
    RegionId: string('region ID'),
    ResourceId: optional(list('key ids or secret names', string(''), { maxLength: 50 })),
    ResourceType: string('key | secret'),
    Tag: optional(
      list('tags', object('', { Key: string('1 to 128 characters'), Value: optional(string('0 to 128 characters')) }), {
        maxLength: 20,
      }),
    ),
  },
  {
    NextToken: string(''),
    TagResources: object('', {
      TagResource: list(
        '',
        object('', { ResourceId: string(''), ResourceType: string(''), TagKey: string(''), TagValue: string('') }),
      ),
    }),
  },
  { resource: 'key or secret' },
)
