import * as api from '../../../api/aliases.ts'
import { createAlias } from '../../../core/aliases/create-alias.ts'
import { deleteAlias } from '../../../core/aliases/delete-alias.ts'
import { listAliases } from '../../../core/aliases/list-aliases.ts'
import { listAliasesByKeyId } from '../../../core/aliases/list-aliases-by-key-id.ts'
import { updateAlias } from '../../../core/aliases/update-alias.ts'
import { on } from '../pair.ts'

export const aliasesPairs = [
  on(api.CreateAlias, createAlias),
  on(api.UpdateAlias, updateAlias),
  on(api.DeleteAlias, deleteAlias),
  on(api.ListAliases, listAliases),
  on(api.ListAliasesByKeyId, listAliasesByKeyId),
]
