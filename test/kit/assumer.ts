import type { RamClient } from '../../src/sdk/ram-client.ts'

/** Whoever may assume roles: the account itself may not. */
export interface Assumer {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

/** A new user who may assume every role that trusts the account. */
export async function newAssumer(ram: RamClient, userName = 'assumer'): Promise<Assumer> {
  await ram.createUser({ userName })
  await ram.attachPolicyToUser({ userName, policyType: 'System', policyName: 'AliyunSTSAssumeRoleAccess' })
  const { accessKeyId, accessKeySecret } = (await ram.createAccessKey({ userName })).accessKey
  return { accessKeyId, accessKeySecret }
}
