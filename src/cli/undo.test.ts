import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failureLine } from './failure.ts'
import { Undo } from './undo.ts'

describe('what a command takes back', () => {
  test('goes the last first, and all of it though one step fails', async () => {
    const taken: string[] = []
    const work = async (): Promise<void> => {
      await using undo = new Undo()
      undo.defer(() => taken.push('first'))
      for (const name of ['second', 'third'])
        undo.defer(async () => {
          taken.push(name)
          throw new Error(name)
        })
      throw new Error('cause')
    }
    const error = await work().catch((reason: unknown) => reason)
    assert.deepEqual(taken, ['third', 'second', 'first'])
    assert.equal(failureLine(error), 'failed: cause Not everything could be taken back: failed: second')
  })

  test('stays when all went well, or until later', async () => {
    const taken: string[] = []
    const begun = await (async () => {
      await using undo = new Undo()
      undo.defer(() => taken.push('server'))
      return undo.move()
    })()
    assert.deepEqual(taken, [])
    await begun[Symbol.asyncDispose]()
    assert.deepEqual(taken, ['server'])
  })
})
