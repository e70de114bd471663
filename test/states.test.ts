import { CreateAlias, DeleteAlias, ListAliases, ListAliasesByKeyId, UpdateAlias } from '../src/api/aliases.ts'
import { DeleteKeyMaterial, GetParametersForImport, ImportKeyMaterial } from '../src/api/key-material.ts'
import {
  CancelKeyDeletion,
  CreateKey,
  CreateKeyVersion,
  DescribeKey,
  DescribeKeyVersion,
  DisableKey,
  EnableKey,
  ListKeys,
  ListKeyVersions,
  ScheduleKeyDeletion,
  SetDeletionProtection,
  UpdateKeyDescription,
  UpdateRotationPolicy,
} from '../src/api/keys.ts'
import {
  ListResourceTags,
  ListTagResources,
  TagResource,
  TagResources,
  UntagResource,
  UntagResources,
} from '../src/api/tags.ts'
import { createAlias } from '../src/core/aliases/create-alias.ts'
import { deleteAlias } from '../src/core/aliases/delete-alias.ts'
import { listAliases } from '../src/core/aliases/list-aliases.ts'
import { listAliasesByKeyId } from '../src/core/aliases/list-aliases-by-key-id.ts'
import { updateAlias } from '../src/core/aliases/update-alias.ts'
import { deleteKeyMaterial } from '../src/core/key-material/delete-key-material.ts'
import { getParametersForImport } from '../src/core/key-material/get-parameters-for-import.ts'
import { importKeyMaterial } from '../src/core/key-material/import-key-material.ts'
import { cancelKeyDeletion } from '../src/core/keys/cancel-key-deletion.ts'
import { createKey } from '../src/core/keys/create-key.ts'
import { createKeyVersion } from '../src/core/keys/create-key-version.ts'
import { describeKey } from '../src/core/keys/describe-key.ts'
import { describeKeyVersion } from '../src/core/keys/describe-key-version.ts'
import { disableKey } from '../src/core/keys/disable-key.ts'
import { enableKey } from '../src/core/keys/enable-key.ts'
import { listKeyVersions } from '../src/core/keys/list-key-versions.ts'
import { listKeys } from '../src/core/keys/list-keys.ts'
import { scheduleKeyDeletion } from '../src/core/keys/schedule-key-deletion.ts'
import { setDeletionProtection } from '../src/core/keys/set-deletion-protection.ts'
import { updateKeyDescription } from '../src/core/keys/update-key-description.ts'
import { updateRotationPolicy } from '../src/core/keys/update-rotation-policy.ts'
import { listResourceTags } from '../src/core/tags/list-resource-tags.ts'
import { listTagResources } from '../src/core/tags/list-tag-resources.ts'
import { tagResource } from '../src/core/tags/tag-resource.ts'
import { tagResources } from '../src/core/tags/tag-resources.ts'
import { untagResource } from '../src/core/tags/untag-resource.ts'
import { untagResources } from '../src/core/tags/untag-resources.ts'
import { sm2Parameters, wrapSm2 } from './kit/import.ts'
import { everywhere, type KeyInState, onlyEnabled, type StateRow, testStates } from './kit/states.ts'

// KMS documentation, "Impact of CMK states on API calls", and its extension to newer operations.
const notWhileDeleting = { ...everywhere('ok'), PendingDeletion: 'Rejected.PendingDeletion' } as const
const refusedWhileDeleting = { ...everywhere('ok'), PendingDeletion: 'Rejected.StateModifiedFailed' } as const
const stateChange = { ...refusedWhileDeleting, PendingImport: 'Rejected.StateModifiedFailed' } as const
const external = { origin: 'EXTERNAL' } as const
const tags = [{ tagKey: 'team', tagValue: 'apollo' }]
const regionId = 'cn-hangzhou'

const giveAlias = ({ actor, keyId }: KeyInState) => actor(CreateAlias, createAlias, { aliasName: 'alias/first', keyId })

async function aliasOfAnother({ actor }: KeyInState): Promise<unknown> {
  const { keyMetadata } = await actor(CreateKey, createKey, {})
  return actor(CreateAlias, createAlias, { aliasName: 'alias/other', keyId: keyMetadata.keyId })
}

const reading: readonly StateRow[] = [
  { operation: 'CreateKey', attempt: ({ actor }) => actor(CreateKey, createKey, {}), answers: everywhere('ok') },
  { operation: 'ListKeys', attempt: ({ actor }) => actor(ListKeys, listKeys, {}), answers: everywhere('ok') },
  {
    operation: 'DescribeKey',
    attempt: ({ actor, keyId }) => actor(DescribeKey, describeKey, { keyId }),
    answers: everywhere('ok'),
  },
  {
    operation: 'DescribeKeyVersion',
    attempt: ({ actor, keyId, keyVersionId }) => actor(DescribeKeyVersion, describeKeyVersion, { keyId, keyVersionId }),
    answers: everywhere('ok'),
  },
  {
    operation: 'ListKeyVersions',
    attempt: ({ actor, keyId }) => actor(ListKeyVersions, listKeyVersions, { keyId }),
    answers: everywhere('ok'),
  },
  {
    operation: 'ListAliases',
    attempt: ({ actor }) => actor(ListAliases, listAliases, {}),
    answers: everywhere('ok'),
  },
  {
    operation: 'ListAliasesByKeyId',
    attempt: ({ actor, keyId }) => actor(ListAliasesByKeyId, listAliasesByKeyId, { keyId }),
    answers: everywhere('ok'),
  },
  {
    operation: 'ListResourceTags',
    attempt: ({ actor, keyId }) => actor(ListResourceTags, listResourceTags, { keyId }),
    answers: everywhere('ok'),
  },
  {
    operation: 'ListTagResources',
    attempt: ({ actor, keyId }) =>
      actor(ListTagResources, listTagResources, { regionId, resourceType: 'key', resourceId: [keyId] }),
    answers: everywhere('ok'),
  },
]

const describing: readonly StateRow[] = [
  {
    operation: 'UpdateKeyDescription',
    attempt: ({ actor, keyId }) => actor(UpdateKeyDescription, updateKeyDescription, { keyId, description: 'new' }),
    answers: notWhileDeleting,
  },
  {
    operation: 'TagResource',
    attempt: ({ actor, keyId }) => actor(TagResource, tagResource, { keyId, tags }),
    answers: notWhileDeleting,
  },
  {
    operation: 'UntagResource',
    attempt: ({ actor, keyId }) => actor(UntagResource, untagResource, { keyId, tagKeys: ['team'] }),
    answers: notWhileDeleting,
  },
  {
    operation: 'TagResources',
    attempt: ({ actor, keyId }) =>
      actor(TagResources, tagResources, {
        ...{ regionId, resourceType: 'key', resourceId: [keyId] },
        tag: [{ key: 'team', value: 'apollo' }],
      }),
    answers: notWhileDeleting,
  },
  {
    operation: 'UntagResources',
    attempt: ({ actor, keyId }) =>
      actor(UntagResources, untagResources, { regionId, resourceType: 'key', resourceId: [keyId], tagKey: ['team'] }),
    answers: notWhileDeleting,
  },
  {
    operation: 'SetDeletionProtection',
    attempt: ({ actor, keyId }) =>
      actor(SetDeletionProtection, setDeletionProtection, { keyId, enableDeletionProtection: true }),
    answers: notWhileDeleting,
  },
  { operation: 'CreateAlias', attempt: giveAlias, answers: refusedWhileDeleting },
  {
    operation: 'UpdateAlias',
    prepare: aliasOfAnother,
    attempt: ({ actor, keyId }) => actor(UpdateAlias, updateAlias, { aliasName: 'alias/other', keyId }),
    answers: notWhileDeleting,
  },
  {
    operation: 'UpdateAlias away from the key',
    prepare: giveAlias,
    attempt: async ({ actor }) => {
      const { keyMetadata } = await actor(CreateKey, createKey, {})
      return actor(UpdateAlias, updateAlias, { aliasName: 'alias/first', keyId: keyMetadata.keyId })
    },
    answers: everywhere('ok'),
  },
  {
    operation: 'DeleteAlias',
    prepare: giveAlias,
    attempt: ({ actor }) => actor(DeleteAlias, deleteAlias, { aliasName: 'alias/first' }),
    answers: everywhere('ok'),
  },
]

const changing: readonly StateRow[] = [
  {
    operation: 'EnableKey',
    attempt: ({ actor, keyId }) => actor(EnableKey, enableKey, { keyId }),
    answers: stateChange,
    leads: { Disabled: 'Enabled' },
  },
  {
    operation: 'DisableKey',
    attempt: ({ actor, keyId }) => actor(DisableKey, disableKey, { keyId }),
    answers: stateChange,
    leads: { Enabled: 'Disabled' },
  },
  {
    operation: 'ScheduleKeyDeletion',
    attempt: ({ actor, keyId }) => actor(ScheduleKeyDeletion, scheduleKeyDeletion, { keyId, pendingWindowInDays: 30 }),
    answers: refusedWhileDeleting,
    leads: { Enabled: 'PendingDeletion', Disabled: 'PendingDeletion', PendingImport: 'PendingDeletion' },
  },
  {
    operation: 'CancelKeyDeletion',
    attempt: ({ actor, keyId }) => actor(CancelKeyDeletion, cancelKeyDeletion, { keyId }),
    answers: { ...everywhere('Rejected.StateModifiedFailed'), PendingDeletion: 'ok' },
    leads: { PendingDeletion: 'Enabled' },
  },
  {
    operation: 'UpdateRotationPolicy',
    attempt: ({ actor, keyId }) =>
      actor(UpdateRotationPolicy, updateRotationPolicy, { keyId, enableAutomaticRotation: false }),
    answers: onlyEnabled,
  },
  {
    operation: 'CreateKeyVersion',
    attempt: ({ actor, keyId }) => actor(CreateKeyVersion, createKeyVersion, { keyId }),
    answers: onlyEnabled,
  },
]

const importing: readonly StateRow[] = [
  {
    operation: 'GetParametersForImport',
    key: external,
    attempt: ({ actor, keyId }) =>
      actor(GetParametersForImport, getParametersForImport, {
        ...{ keyId, wrappingKeySpec: 'EC_SM2', wrappingAlgorithm: 'SM2PKE' },
      }),
    answers: everywhere('ok'),
  },
  {
    operation: 'ImportKeyMaterial',
    key: external,
    attempt: async ({ actor, keyId, material }) => {
      const { publicKey, importToken } = await sm2Parameters(actor, keyId)
      const encryptedKeyMaterial = wrapSm2(publicKey, material)
      return actor(ImportKeyMaterial, importKeyMaterial, { keyId, importToken, encryptedKeyMaterial })
    },
    answers: refusedWhileDeleting,
    leads: { PendingImport: 'Enabled' },
  },
  {
    operation: 'DeleteKeyMaterial',
    key: external,
    attempt: ({ actor, keyId }) => actor(DeleteKeyMaterial, deleteKeyMaterial, { keyId }),
    answers: everywhere('ok'),
    leads: { Enabled: 'PendingImport', Disabled: 'PendingImport' },
  },
]

testStates([...reading, ...describing, ...changing, ...importing])
