import * as api from '../../../api/cryptography.ts'
import { advanceEncrypt } from '../../../core/cryptography/advance-encrypt.ts'
import { decrypt } from '../../../core/cryptography/decrypt.ts'
import { encrypt } from '../../../core/cryptography/encrypt.ts'
import { exportDataKey } from '../../../core/cryptography/export-data-key.ts'
import { generateAndExportDataKey } from '../../../core/cryptography/generate-and-export-data-key.ts'
import { generateDataKey } from '../../../core/cryptography/generate-data-key.ts'
import { generateDataKeyWithoutPlaintext } from '../../../core/cryptography/generate-data-key-without-plaintext.ts'
import { generateMac } from '../../../core/cryptography/generate-mac.ts'
import { reEncrypt } from '../../../core/cryptography/re-encrypt.ts'
import { verifyMac } from '../../../core/cryptography/verify-mac.ts'
import { createManagedDataKey } from '../../../core/managed-data-keys/create-managed-data-key.ts'
import { createManagedDataKeyVersion } from '../../../core/managed-data-keys/create-managed-data-key-version.ts'
import { getManagedDataKey } from '../../../core/managed-data-keys/get-managed-data-key.ts'
import { listManagedDataKeyVersions } from '../../../core/managed-data-keys/list-managed-data-key-versions.ts'
import { on } from '../pair.ts'

export const cryptographyPairs = [
  on(api.Encrypt, encrypt),
  on(api.Decrypt, decrypt),
  on(api.ReEncrypt, reEncrypt),
  on(api.GenerateDataKey, generateDataKey),
  on(api.GenerateDataKeyWithoutPlaintext, generateDataKeyWithoutPlaintext),
  on(api.ExportDataKey, exportDataKey),
  on(api.GenerateAndExportDataKey, generateAndExportDataKey),
  on(api.AdvanceEncrypt, advanceEncrypt),
  on(api.GenerateMac, generateMac),
  on(api.VerifyMac, verifyMac),
  on(api.GetManagedDataKey, getManagedDataKey),
  on(api.ListManagedDataKeyVersions, listManagedDataKeyVersions),
  on(api.CreateManagedDataKey, createManagedDataKey),
  on(api.CreateManagedDataKeyVersion, createManagedDataKeyVersion),
]
