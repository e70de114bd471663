import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { testKms } from '../kit/kms.ts'
import { acs3Request, type OpenapiFixture, openapiFixture } from '../kit/openapi.ts'

let fixture: OpenapiFixture
let KeyId = ''

beforeEach(async () => {
  fixture = await openapiFixture((await testKms()).kms)
  KeyId = (await fixture.succeed('CreateKey')).KeyMetadata.KeyId
})

const refused = async (action: string, parameters: Record<string, string>) => {
  const { status, body } = await fixture.call(action, parameters)
  return { status, code: body.Code as string, message: body.Message as string }
}

describe('encryption', () => {
  test('plaintext is opaque text that comes back unchanged', async () => {
    for (const Plaintext of ['plaintext', 'AA==', '中文 🔑', ' \t\r\n<&>"', '%2B+', 'é']) {
      const { CiphertextBlob } = await fixture.succeed('Encrypt', { KeyId, Plaintext })
      const blob = Buffer.from(CiphertextBlob, 'base64')
      assert.equal(blob.length, 36 + 12 + Buffer.byteLength(Plaintext) + 16)
      assert.equal((await fixture.succeed('Decrypt', { CiphertextBlob })).Plaintext, Plaintext)
    }
  })

  test('the order and spacing of an encryption context do not matter, its content does', async () => {
    const context = '{"b":"2","a":"1"}'
    const { CiphertextBlob } = await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x', EncryptionContext: context })
    const decrypt = (EncryptionContext: string) => fixture.call('Decrypt', { CiphertextBlob, EncryptionContext })
    assert.equal((await decrypt('{ "a" : "1", "b" : "2" }')).body.Plaintext, 'x')
    assert.equal((await decrypt('{"a":"1"}')).status, 400)
  })

  test('every way in which a ciphertext does not open looks the same', async () => {
    const { CiphertextBlob } = await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x'.repeat(40) })
    const blob = Buffer.from(CiphertextBlob, 'base64')
    const changed = (at: number): string => {
      const copy = Buffer.from(blob)
      copy[at] = (copy[at] ?? 0) ^ 1
      return copy.toString('base64')
    }
    const answers = [
      await refused('Decrypt', { CiphertextBlob, EncryptionContext: '{"other":"context"}' }),
      await refused('Decrypt', { CiphertextBlob: changed(40) }),
      await refused('Decrypt', { CiphertextBlob: changed(60) }),
      await refused('Decrypt', { CiphertextBlob: changed(blob.length - 1) }),
      await refused('Decrypt', { CiphertextBlob: blob.subarray(0, -1).toString('base64') }),
      await refused('Decrypt', { CiphertextBlob: blob.subarray(0, 64).toString('base64') }),
    ]
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1, JSON.stringify(answers))
    assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(['InvalidParameter']))
  })

  test('the length of an SM4 data key has a name, which the official encryption SDK sends beside NumberOfBytes', async () => {
    for (const length of [{ KeySpec: 'SM4_128' }, { KeySpec: 'SM4_128', NumberOfBytes: '16' }]) {
      const { Plaintext } = await fixture.succeed('GenerateDataKey', { KeyId, ...length })
      assert.equal(Buffer.from(Plaintext, 'base64').length, 16, JSON.stringify(length))
    }
    assert.equal((await refused('GenerateDataKey', { KeyId, KeySpec: 'SM4_256' })).code, 'InvalidParameter')
  })

  test('what is too long is refused by name', async () => {
    const answer = await refused('Encrypt', { KeyId, Plaintext: 'A'.repeat(9000) })
    assert.deepEqual([answer.status, answer.code], [400, 'InvalidParameter'])
    assert.ok(answer.message.includes('"Plaintext"'))
  })

  test('a dry run tells the outcome and hands nothing out', async () => {
    const parameters = { KeyId, Plaintext: 'x', DryRun: 'true' }
    const { status, body } = await fixture.call('Encrypt', parameters)
    assert.deepEqual([status, body.Code, body.CiphertextBlob], [400, 'DryRunOperationError', undefined])
    assert.equal((await fixture.call('Encrypt', { ...parameters, Plaintext: '' })).body.Code, 'ValidationError')
    await fixture.succeed('DisableKey', { KeyId })
    assert.equal((await fixture.call('Encrypt', parameters)).body.Code, 'Rejected.Disabled')
  })

  test('XML carries the same answer', async () => {
    const request = acs3Request(fixture.account, 'Encrypt', { KeyId, Plaintext: 'x' }, { date: fixture.kms.now() })
    const headers = new Map([...request.headers, ['accept', ['application/xml']]])
    const { body } = await fixture.gateway.handle({ ...request, headers })
    const blob = /^<\?xml.*<EncryptResponse>.*<CiphertextBlob>(.*)<\/CiphertextBlob>/.exec(String(body))?.[1] ?? ''
    assert.equal((await fixture.succeed('Decrypt', { CiphertextBlob: blob })).Plaintext, 'x')
  })
})

describe('re-encryption', () => {
  test('the ciphertext moves to another key and context', async () => {
    const other = (await fixture.succeed('CreateKey', { KeySpec: 'Aliyun_SM4' })).KeyMetadata.KeyId
    const { CiphertextBlob } = await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x' })
    const moved = await fixture.succeed('ReEncrypt', {
      CiphertextBlob,
      DestinationKeyId: other,
      DestinationEncryptionContext: '{"to":"there"}',
    })
    const decrypted = await fixture.succeed('Decrypt', {
      CiphertextBlob: moved.CiphertextBlob,
      EncryptionContext: '{"to":"there"}',
    })
    assert.deepEqual([decrypted.Plaintext, decrypted.KeyId], ['x', other])
  })
})

describe('rotation', () => {
  test('new ciphertexts use the new version, old ones still open', async () => {
    const before = await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x' })
    await fixture.succeed('CreateKeyVersion', { KeyId })
    const after = await fixture.succeed('Encrypt', { KeyId, Plaintext: 'x' })
    assert.notEqual(after.KeyVersionId, before.KeyVersionId)
    for (const { CiphertextBlob, KeyVersionId } of [before, after]) {
      const decrypted = await fixture.succeed('Decrypt', { CiphertextBlob })
      assert.deepEqual([decrypted.Plaintext, decrypted.KeyVersionId], ['x', KeyVersionId])
    }
  })
})
