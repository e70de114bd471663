import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '../../sdk/client.ts'
import { ClientError } from '../../sdk/errors.ts'
import { Comparison } from './comparison.ts'

const call = { action: 'ListKeys', version: '2016-01-20', parameters: {} }
const answer = { status: 200, code: 'Success', body: {} }
/** nobody listens at port 1 */
const nobody = { endpoint: 'http://127.0.0.1:1', accessKeyId: 'id', accessKeySecret: 's', retry: false } as const

test('a server that gives no answer differs from one that does, whichever it is', async () => {
  await using client = new Client(nobody)
  const comparison = new Comparison({ client })
  assert.equal(await comparison.compare(call, () => answer), answer)
  const late = new ClientError('timeout', 'too late')
  await assert.rejects(
    comparison.compare(call, () => Promise.reject(late)),
    late,
  )
  const [second, first] = comparison.compared
  assert.deepEqual([second?.number, second?.first, second?.second], [1, 'Success', 'network'])
  assert.deepEqual([second?.differences.length, second?.differences[0]?.first], [1, 'Success'])
  assert.match(second?.differences[0]?.second ?? '', /^network: ./)
  assert.deepEqual(first, {
    ...{ number: 2, action: 'ListKeys', first: 'timeout', second: '(not asked)' },
    differences: [{ path: 'answer', first: 'timeout: too late', second: '(not asked)' }],
  })
})
