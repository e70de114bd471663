import * as api from '../../../api/ram-identity-providers.ts'
import { addClientIdToOIDCProvider } from '../../../core/ram/add-client-id-to-oidc-provider.ts'
import { addFingerprintToOIDCProvider } from '../../../core/ram/add-fingerprint-to-oidc-provider.ts'
import { createOIDCProvider } from '../../../core/ram/create-oidc-provider.ts'
import { deleteOIDCProvider } from '../../../core/ram/delete-oidc-provider.ts'
import { getOIDCProvider } from '../../../core/ram/get-oidc-provider.ts'
import { listOIDCProviders } from '../../../core/ram/list-oidc-providers.ts'
import { removeClientIdFromOIDCProvider } from '../../../core/ram/remove-client-id-from-oidc-provider.ts'
import { removeFingerprintFromOIDCProvider } from '../../../core/ram/remove-fingerprint-from-oidc-provider.ts'
import { updateOIDCProvider } from '../../../core/ram/update-oidc-provider.ts'
import { on } from '../pair.ts'

export const ramIdentityProvidersPairs = [
  on(api.CreateOIDCProvider, createOIDCProvider),
  on(api.GetOIDCProvider, getOIDCProvider),
  on(api.ListOIDCProviders, listOIDCProviders),
  on(api.UpdateOIDCProvider, updateOIDCProvider),
  on(api.DeleteOIDCProvider, deleteOIDCProvider),
  on(api.AddClientIdToOIDCProvider, addClientIdToOIDCProvider),
  on(api.RemoveClientIdFromOIDCProvider, removeClientIdFromOIDCProvider),
  on(api.AddFingerprintToOIDCProvider, addFingerprintToOIDCProvider),
  on(api.RemoveFingerprintFromOIDCProvider, removeFingerprintFromOIDCProvider),
]
