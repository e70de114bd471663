import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceRequest, newApplication } from '../../../test/kit/instance.ts'
import { testKms } from '../../../test/kit/kms.ts'
import { Encrypt, ErrorMessage } from '../../api/instance.ts'
import { decodeMessage, encodeMessage } from '../../wire/protobuf.ts'
import { answerInstance, instanceCaller } from './instance-listener.ts'

test('what cannot be handed on is told in the form of the gateway', async () => {
  const { kms } = await testKms()
  const application = await newApplication(kms)
  const caller = instanceCaller({ id: application.clientKeyId, privateKey: application.privateKey } as Parameters<
    typeof instanceCaller
  >[0])
  const refused = async (body: Uint8Array) => {
    const answered = await answerInstance(instanceRequest(kms, application, 'Encrypt', body), {
      ...{ caller, requestId: 'r' },
      answer: async () => {
        throw new Error('the first server is away')
      },
    })
    assert.ok(answered)
    assert.equal(answered.headers['x-acs-request-id'], 'r')
    const { errorCode, errorMessage } = decodeMessage(ErrorMessage, answered.body as Uint8Array)
    return [answered.status, errorCode, errorMessage]
  }
  const whole = encodeMessage(Encrypt.request, { keyId: 'k', plaintext: Buffer.from('a') })
  assert.deepEqual(await refused(whole), [502, 'ServiceUnavailable', 'the first server is away'])
  assert.deepEqual((await refused(Buffer.from([0x0a, 0xff]))).slice(0, 2), [400, 'InvalidParameter'])
})
