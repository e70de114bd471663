import * as api from '../../../api/secrets.ts'
import { batchGetSecretValue } from '../../../core/secrets/batch-get-secret-value.ts'
import { createSecret } from '../../../core/secrets/create-secret.ts'
import { deleteSecret } from '../../../core/secrets/delete-secret.ts'
import { describeSecret } from '../../../core/secrets/describe-secret.ts'
import { getRandomPassword } from '../../../core/secrets/get-random-password.ts'
import { getSecretLastUsage } from '../../../core/secrets/get-secret-last-usage.ts'
import { getSecretPolicy } from '../../../core/secrets/get-secret-policy.ts'
import { getSecretValue } from '../../../core/secrets/get-secret-value.ts'
import { listSecretVersionIds } from '../../../core/secrets/list-secret-version-ids.ts'
import { listSecrets } from '../../../core/secrets/list-secrets.ts'
import { putSecretValue } from '../../../core/secrets/put-secret-value.ts'
import { restoreSecret } from '../../../core/secrets/restore-secret.ts'
import { rotateSecret } from '../../../core/secrets/rotate-secret.ts'
import { setSecretPolicy } from '../../../core/secrets/set-secret-policy.ts'
import { setSecretRotationHook } from '../../../core/secrets/set-secret-rotation-hook.ts'
import { updateSecret } from '../../../core/secrets/update-secret.ts'
import { updateSecretRotationPolicy } from '../../../core/secrets/update-secret-rotation-policy.ts'
import { updateSecretVersionStage } from '../../../core/secrets/update-secret-version-stage.ts'
import { on } from '../pair.ts'

export const secretsPairs = [
  on(api.CreateSecret, createSecret),
  on(api.GetSecretValue, getSecretValue),
  on(api.BatchGetSecretValue, batchGetSecretValue),
  on(api.PutSecretValue, putSecretValue),
  on(api.DescribeSecret, describeSecret),
  on(api.GetSecretLastUsage, getSecretLastUsage),
  on(api.ListSecrets, listSecrets),
  on(api.ListSecretVersionIds, listSecretVersionIds),
  on(api.UpdateSecret, updateSecret),
  on(api.UpdateSecretVersionStage, updateSecretVersionStage),
  on(api.DeleteSecret, deleteSecret),
  on(api.RestoreSecret, restoreSecret),
  on(api.RotateSecret, rotateSecret),
  on(api.UpdateSecretRotationPolicy, updateSecretRotationPolicy),
  on(api.GetRandomPassword, getRandomPassword),
  on(api.SetSecretRotationHook, setSecretRotationHook),
  on(api.SetSecretPolicy, setSecretPolicy),
  on(api.GetSecretPolicy, getSecretPolicy),
]
