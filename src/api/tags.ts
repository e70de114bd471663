import { boolean, json, known, list, object, oneOf, optional, string, withDefault } from './field.ts'
import { anyKeyName, keyId, tagList } from './key-fields.ts'
import { define } from './operation.ts'

const resourceLimits = { maxLength: 512 }
const otherResources = {
  SecretName: optional(string('name of a secret', resourceLimits)),
  CertificateId: optional(string('id of a certificate', resourceLimits)),
}
const regionId = string('this region')
const resourceType = oneOf('what the ResourceIds name', ['key', 'secret'])
const resourceIds = list('key ids or secret names, up to 50', string('', resourceLimits), { maxLength: 50 })
const tag = object('', {
  Key: string('1 to 128 letters, digits and `/ \\ _ - . + = : @`; not beginning with `aliyun` or `acs:`'),
  Value: optional(string('0 to 128 such characters')),
})
const written = { resource: 'key or secret', mutates: true, idempotent: true } as const

export const TagResource = define(
  'TagResource',
  'Adds tags to a key, secret or certificate, or changes their values. Exactly one of KeyId, SecretName and CertificateId names it.',
  { KeyId: optional({ ...anyKeyName, minLength: 0 }), ...otherResources, Tags: tagList },
  {},
  written,
)

export const UntagResource = define(
  'UntagResource',
  'Removes tags from a key, secret or certificate. Exactly one of KeyId, SecretName and CertificateId names it.',
  {
    KeyId: optional({ ...keyId, minLength: 0 }),
    ...otherResources,
    TagKeys: json('tag keys, up to 20; those it does not have are passed over', list('', string(''))),
  },
  {},
  written,
)

export const ListResourceTags = define(
  'ListResourceTags',
  'Lists the tags of a key.',
  { KeyId: keyId },
  {
    Tags: object('', {
      Tag: list(
        '',
        object('', {
          KeyId: string('id of the key'),
          TagKey: string('key of the tag'),
          TagValue: string('value of the tag'),
        }),
      ),
    }),
  },
  { quota: 'listTags' },
)

export const TagResources = define(
  'TagResources',
  'Adds tags to several keys or secrets, or changes their values: to all of them or to none.',
  {
    RegionId: regionId,
    ResourceType: resourceType,
    ResourceId: resourceIds,
    Tag: list('tags, up to 20', tag, { maxLength: 20 }),
  },
  {},
  written,
)

export const UntagResources = define(
  'UntagResources',
  'Removes tags from several keys or secrets: from all of them or from none.',
  {
    RegionId: regionId,
    ResourceType: resourceType,
    ResourceId: resourceIds,
    TagKey: optional(list('tag keys; those a resource does not have are passed over', string(''), { maxLength: 20 })),
    All: withDefault(boolean('removes every tag; counts only when no TagKey is given'), false),
  },
  {},
  written,
)

export const ListTagResources = define(
  'ListTagResources',
  'Lists keys or secrets with their tags, 200 tags a page.',
  {
    RegionId: regionId,
    ResourceType: resourceType,
    ResourceId: optional(resourceIds),
    Tag: optional(list('only resources that have all of these tags; without Value any value', tag, { maxLength: 20 })),
    NextToken: optional(string('from the page before', { maxLength: 512 })),
  },
  {
    TagResources: object('', {
      TagResource: list(
        '',
        object('', {
          ResourceId: string('key id or secret name'),
          ResourceType: known('what it is', ['key', 'secret']),
          TagKey: string('key of the tag'),
          TagValue: string('value of the tag'),
        }),
      ),
    }),
    NextToken: string('names the next page; empty after the last'),
  },
  { resource: 'key or secret' },
)
