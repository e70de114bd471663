import { randomBytes } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { z } from 'zod/v3'
import type { FindTarget } from '../core/rotation-target.ts'
import { findTarget } from '../targets/find-target.ts'
import type { Hook } from '../targets/hooks.ts'
import { ConfigError } from './config/load.ts'
import type { Config } from './config/schema.ts'
import { readSettingFile, readSettingJson } from './config/setting-file.ts'

/** Rotations hold a lease of five minutes, within which all attempts have to be over. */
const bounds = {
  timeoutSeconds: z.number().min(1).max(60).default(30),
  attempts: z.number().int().min(1).max(4).default(2),
}
const hookSchema = z.union([
  z.strictObject({ url: z.string().url(), hmacKeyFile: z.string().min(1), ...bounds }),
  z.strictObject({ command: z.array(z.string()).min(1), ...bounds }),
])
const hooksSchema = z.record(hookSchema)

/**
 * What the operator has configured to rotate secrets with.
 * @throws ConfigError naming the file and what is wrong with it
 */
export function rotationTargets(config: Config, now: () => Date): FindTarget {
  const { rotationHosts: allowedHosts, rotationCaFile, rotationHooksFile } = config
  return findTarget({
    allowedHosts,
    ca: rotationCaFile === undefined ? undefined : readSettingFile('rotationCaFile', rotationCaFile),
    hooks: rotationHooksFile === undefined ? new Map() : readHooks(rotationHooksFile),
    randomBytes,
    now,
  })
}

function readHooks(file: string): ReadonlyMap<string, Hook> {
  const parsed = hooksSchema.safeParse(readSettingJson('rotationHooksFile', file))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ConfigError(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no list of hooks'}`)
  }
  return new Map(Object.entries(parsed.data).map(([name, hook]) => [name, hookOf(hook, file)]))
}

/** A key lies beside the file that names it, unless the path says otherwise; its last line end is none of it. */
function hookOf(hook: z.output<typeof hookSchema>, file: string): Hook {
  if (!('url' in hook)) return hook
  const { hmacKeyFile, ...rest } = hook
  const hmacKey = readSettingFile('hmacKeyFile', resolve(dirname(file), hmacKeyFile)).replace(/\r?\n$/, '')
  if (hmacKey.length < 16) throw new ConfigError(`${hmacKeyFile}: a key of at least 16 characters is needed`)
  return { ...rest, hmacKey }
}
