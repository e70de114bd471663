import { dirname, resolve } from 'node:path'
import { z } from 'zod/v3'
import { isAllowedHost } from '../../targets/allowed-host.ts'
import { ConfigError } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { readSettingFile, readSettingJson } from '../config/setting-file.ts'
import { portOf, type Webhook } from './webhooks.ts'

const schema = z.array(
  z.strictObject({
    url: z.string().url(),
    hmacKeyFile: z.string().min(1),
    types: z.array(z.string()).optional(),
  }),
)
const shortestKey = 16

/** @throws ConfigError naming the file and what is wrong with it */
export function configuredWebhooks({ eventWebhooksFile: file, eventHosts }: Config): readonly Webhook[] {
  if (file === undefined) return []
  const parsed = schema.safeParse(readSettingJson('eventWebhooksFile', file))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ConfigError(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no list of webhooks'}`)
  }
  const urls = parsed.data.map(({ url }) => url)
  const twice = urls.findIndex((url, index) => urls.indexOf(url) !== index)
  // An address may hold what only its receiver is to know.
  if (twice >= 0) throw new ConfigError(`${file}: ${twice}.url is named twice`)
  return parsed.data.map(({ url, hmacKeyFile, types }, index) => {
    const { hostname, protocol } = new URL(url)
    if (protocol !== 'https:' && protocol !== 'http:')
      throw new ConfigError(`${file}: ${index}.url is no address of a web server`)
    if (!isAllowedHost(eventHosts, hostname.replace(/^\[|\]$/g, ''), portOf(url)))
      throw new ConfigError(`${file}: ${hostname}:${portOf(url)} is not among eventHosts`)
    // A key lies beside the file that names it, unless the path says otherwise; its last line end is none of it.
    const hmacKey = readSettingFile('hmacKeyFile', resolve(dirname(file), hmacKeyFile)).replace(/\r?\n$/, '')
    if (hmacKey.length < shortestKey)
      throw new ConfigError(`${hmacKeyFile}: a key of at least ${shortestKey} characters is needed`)
    return { url, hmacKey, types }
  })
}
