import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorMessage } from '../../api/instance.ts'
import type { HttpRequest, HttpResponse } from '../../gateway/http.ts'
import { decodeMessage } from '../../wire/protobuf.ts'
import { json } from '../http/route.ts'
import { InFlight } from './in-flight.ts'

const request = (headers: Record<string, string>): HttpRequest => ({
  method: 'POST',
  target: '/',
  headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
  body: new Uint8Array(0),
  sourceAddress: '192.0.2.1',
  secureTransport: true,
})

test('a call that comes back after sealing is refused in the form that its client reads', async () => {
  const calls = new InFlight(1)
  const gate = Promise.withResolvers<HttpResponse>()
  const route = calls.watch({ name: 'all', matches: () => true, handle: () => gate.promise })
  const answers = [route.handle(request({})), route.handle(request({ 'x-kms-apiname': 'Encrypt' }))]
  await calls.settle()
  gate.resolve(json(200, { Plaintext: 'secret' }))
  const [openapi, instance] = await Promise.all(answers)
  assert.equal(openapi?.status, 503)
  assert.equal(JSON.parse(String(openapi.body)).Code, 'ServiceUnavailableTemporary')
  assert.equal(instance?.status, 503)
  assert.equal(instance.headers['content-type'], 'application/x-protobuf')
  const { statusCode, errorCode, requestId } = decodeMessage(ErrorMessage, Buffer.from(instance.body))
  assert.deepEqual([statusCode, errorCode], [503, 'ServiceUnavailableTemporary'])
  assert.match(requestId, /^[0-9a-f-]{36}$/)
})
