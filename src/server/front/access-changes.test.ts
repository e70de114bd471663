import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesAccess } from './access-changes.ts'

test('who may do what is changed by what is written about users, policies, applications and credentials', () => {
  for (const change of [
    ...['Ram CreateUser', 'Ram AttachPolicyToRole', 'Ram CreatePolicyVersion', 'Ram AddUserToGroup'],
    ...['Ram UpdateAccessKey', 'Ram UpdateRole', 'Ims CreateOIDCProvider', 'Kms CreatePolicy', 'Kms CreateClientKey'],
    ...['Kms UpdateNetworkRule', 'Kms DeleteApplicationAccessPoint', 'Kms SetKeyPolicy', 'Kms SetSecretPolicy'],
  ]) {
    const [product, action] = change.split(' ')
    assert.equal(changesAccess(product, action), true, change)
  }
})

test('not by looking, nor by using keys, nor by what does not exist', () => {
  for (const other of ['Ram ListUsers', 'Ram GetPolicy', 'Kms DescribePolicy', 'Kms CreateKey', 'Kms Encrypt']) {
    const [product, action] = other.split(' ')
    assert.equal(changesAccess(product, action), false, other)
  }
  assert.equal(changesAccess(undefined, undefined), false)
})
