import * as api from '../../../api/key-material.ts'
import { deleteKeyMaterial } from '../../../core/key-material/delete-key-material.ts'
import { getParametersForImport } from '../../../core/key-material/get-parameters-for-import.ts'
import { importKeyMaterial } from '../../../core/key-material/import-key-material.ts'
import { on } from '../pair.ts'

export const keyMaterialPairs = [
  on(api.GetParametersForImport, getParametersForImport),
  on(api.ImportKeyMaterial, importKeyMaterial),
  on(api.DeleteKeyMaterial, deleteKeyMaterial),
]
