import { Command } from 'commander'
import type { Client } from '../../sdk/client.ts'
import { heldKeySet } from '../../signing/index.ts'
import { contextOf } from '../context.ts'
import { writeTarget } from '../files.ts'
import { resourcesWithTag } from '../tags.ts'

/** As the server looks for it; `publishJwks` in docs/reference/configuration.md. */
const publishedTag = { key: 'keyhaven:jwks', value: 'public' }

interface JwksFlags {
  readonly out: string
  readonly force?: boolean
}

/** `keyhaven jwks`: what verifies tokens of held keys. */
export const jwksCommand = (): Command =>
  new Command('jwks')
    .description('print the public keys of signing keys, every version, as a JWK set')
    .argument('[key...]', 'ids, ARNs or aliases; all with the tag keyhaven:jwks=public unless given')
    .option('--out <file>', 'where to write; - for standard output', '-')
    .option('--force', 'replace a file that is there')
    .action(jwks)

async function jwks(keys: readonly string[], { out, force }: JwksFlags, command: Command): Promise<void> {
  const context = contextOf(command)
  const set = await context.withClient(async (client) =>
    heldKeySet(client, keys.length > 0 ? keys : await publishedKeys(client)),
  )
  const text = Buffer.from(`${JSON.stringify(set, null, '\t')}\n`)
  await writeTarget(context, out, text, { isForced: force === true, isSecret: false })
}

async function publishedKeys(client: Client): Promise<readonly string[]> {
  const tagged = await resourcesWithTag(client, 'key', publishedTag)
  return tagged.map(({ resourceId }) => resourceId)
}
