import type { Command } from 'commander'
import { accessKeyCommand } from './access-key.ts'
import { groupCommand } from './group.ts'
import { oidcProviderCommand } from './oidc-provider.ts'
import { policyCommand } from './policy.ts'
import { roleCommand } from './role.ts'
import { userCommand } from './user.ts'

/** The commands that say who may do what. */
export const accessCommands = (): Command[] => [
  userCommand(),
  groupCommand(),
  accessKeyCommand(),
  policyCommand(),
  roleCommand(),
  oidcProviderCommand(),
]
