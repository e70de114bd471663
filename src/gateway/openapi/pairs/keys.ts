import * as api from '../../../api/keys.ts'
import { cancelKeyDeletion } from '../../../core/keys/cancel-key-deletion.ts'
import { createKey } from '../../../core/keys/create-key.ts'
import { createKeyVersion } from '../../../core/keys/create-key-version.ts'
import { describeKey } from '../../../core/keys/describe-key.ts'
import { describeKeyVersion } from '../../../core/keys/describe-key-version.ts'
import { disableKey } from '../../../core/keys/disable-key.ts'
import { enableKey } from '../../../core/keys/enable-key.ts'
import { getKeyLastUsage } from '../../../core/keys/get-key-last-usage.ts'
import { getKeyPolicy } from '../../../core/keys/get-key-policy.ts'
import { listKeyVersions } from '../../../core/keys/list-key-versions.ts'
import { listKeys } from '../../../core/keys/list-keys.ts'
import { scheduleKeyDeletion } from '../../../core/keys/schedule-key-deletion.ts'
import { setDeletionProtection } from '../../../core/keys/set-deletion-protection.ts'
import { setKeyPolicy } from '../../../core/keys/set-key-policy.ts'
import { updateKeyDescription } from '../../../core/keys/update-key-description.ts'
import { updateRotationPolicy } from '../../../core/keys/update-rotation-policy.ts'
import { on } from '../pair.ts'

export const keysPairs = [
  on(api.CreateKey, createKey),
  on(api.ListKeys, listKeys),
  on(api.DescribeKey, describeKey),
  on(api.GetKeyLastUsage, getKeyLastUsage),
  on(api.UpdateKeyDescription, updateKeyDescription),
  on(api.EnableKey, enableKey),
  on(api.DisableKey, disableKey),
  on(api.ScheduleKeyDeletion, scheduleKeyDeletion),
  on(api.CancelKeyDeletion, cancelKeyDeletion),
  on(api.SetDeletionProtection, setDeletionProtection),
  on(api.GetKeyPolicy, getKeyPolicy),
  on(api.SetKeyPolicy, setKeyPolicy),
  on(api.CreateKeyVersion, createKeyVersion),
  on(api.DescribeKeyVersion, describeKeyVersion),
  on(api.ListKeyVersions, listKeyVersions),
  on(api.UpdateRotationPolicy, updateRotationPolicy),
]
