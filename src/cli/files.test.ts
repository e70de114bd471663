import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderWith } from '../../test/kit/cli.ts'
import type { Context } from './context.ts'
import { CliError } from './failure.ts'
import { readPieces } from './files.ts'

test('a file that changes between its pieces is refused', async () => {
  const cwd = folderWith({ log: Buffer.alloc(200_000) })
  const context = { path: (given: string) => join(cwd, given) } as Context
  const reading = async (): Promise<number> => {
    let pieces = 0
    for await (const piece of readPieces(context, 'log')) {
      assert.ok(piece.length > 0)
      if (pieces++ === 0) appendFileSync(join(cwd, 'log'), 'more')
    }
    return pieces
  }
  await assert.rejects(reading(), (error: unknown) => error instanceof CliError && error.code === 'fileChanged')
})
