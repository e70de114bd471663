import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { folderWith } from './cli.ts'
import { programFile } from './process.ts'
import type { TestServer } from './server.ts'

/** An environment in which `keyhaven` is on PATH and knows a server, as the account itself. */
export function keyhavenOnPath({ endpoint, caFile, accessKeyId, accessKeySecret }: TestServer): Record<string, string> {
  return {
    PATH: pathWithKeyhaven(),
    KEYHAVEN_ENDPOINT: endpoint,
    KEYHAVEN_CA_FILE: caFile,
    KEYHAVEN_ACCESS_KEY_ID: accessKeyId,
    KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret,
  }
}

/** PATH with `keyhaven` and the Node of this test in front. */
export function pathWithKeyhaven(): string {
  const folder = folderWith()
  const program = join(folder, 'keyhaven')
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${programFile}" "$@"\n`)
  chmodSync(program, 0o755)
  return [folder, dirname(process.execPath), process.env.PATH].join(delimiter)
}
