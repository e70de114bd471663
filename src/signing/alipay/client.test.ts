import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AlipaySdk } from 'alipay-sdk'
import { type Certified, certificateFor, certified, snOf, startAlipay } from '../../../test/kit/alipay.ts'
import { ClientError } from '../../sdk/errors.ts'
import { SigningError } from '../errors.ts'
import { localKey } from '../local-key.ts'
import { readAlipayCertificates } from './certificate.ts'
import { certificateSn } from './certificate-sn.ts'
import { Alipay, type AlipayOptions } from './client.ts'

const appId = '2021000000000001'
const encryptKey = 'r1Ie3ZJBYJqlOHSa6CMiVQ=='
const bizContent = {
  outTradeNo: '70501111111S001111119',
  totalAmount: 9,
  subject: '大乐透 & "x"',
  goodsDetail: [{ goodsId: 'a=b' }],
}
const parameters = {
  bizContent,
  notifyUrl: 'https://example.com/notify?a=1&b=2',
  appAuthToken: '202412BB',
  timestamp: '2026-01-02 03:04:05',
}

type StandIn = Awaited<ReturnType<typeof startAlipay>>

let application: Certified
let root: Certified
let intermediate: Certified
let alipayCertified: Certified
let applicationCertificate: string
let alipayBundle: string
let standIn: StandIn
let certificateStandIn: StandIn
/** public-key mode and certificate mode, ours and the official client, all for the same keys */
let modes: readonly { readonly name: string; options: AlipayOptions; official: AlipaySdk; standIn: StandIn }[]

before(async () => {
  application = await certified('C=CN,CN=Self')
  root = await certified('C=CN,O=Ant,CN=Test Root R1')
  intermediate = await certified('C=CN,O=Ant,CN=Test Class 2 R1', root)
  alipayCertified = await certified('C=CN,O=Ant,CN=Alipay', intermediate)
  const spki = localKey(application.privateKey).publicKey.spki
  applicationCertificate = await certificateFor('C=CN,O=Shop,CN=App', spki, intermediate)
  alipayBundle = `${alipayCertified.certificate}\n${intermediate.certificate}`
  const sns = {
    application: snOf('CN=Test Class 2 R1,O=Ant,C=CN', applicationCertificate),
    alipay: snOf('CN=Test Class 2 R1,O=Ant,C=CN', alipayCertified.certificate),
    root: snOf('CN=Test Root R1,O=Ant,C=CN', root.certificate),
  }
  const keys = { applicationKey: application.publicKey, privateKey: alipayCertified.privateKey, encryptKey }
  standIn = await startAlipay(keys)
  certificateStandIn = await startAlipay({ ...keys, sns })
  const common = { appId, encryptKey }
  const signer = localKey(application.privateKey)
  const officialKey = { privateKey: application.privateKey, keyType: 'PKCS8', camelcase: false } as const
  const files = {
    appCertContent: applicationCertificate,
    alipayPublicCertContent: alipayBundle,
    alipayRootCertContent: root.certificate,
  }
  const places = [standIn, certificateStandIn].map(({ gateway }) => ({ gateway, endpoint: new URL(gateway).origin }))
  const alipayPublicKey = alipayCertified.publicKey
  modes = [
    {
      name: 'public-key mode',
      options: { ...common, signer, alipayPublicKey, ...places[0] },
      official: new AlipaySdk({ ...common, ...officialKey, alipayPublicKey, ...places[0] }),
      standIn,
    },
    {
      name: 'certificate mode',
      options: { ...common, signer, certificates: certificates(), ...places[1] },
      official: new AlipaySdk({ ...common, ...officialKey, ...files, ...places[1] }),
      standIn: certificateStandIn,
    },
  ]
})
after(() => Promise.all([standIn.close(), certificateStandIn.close()]))

const certificates = () => ({ application: applicationCertificate, alipay: alipayBundle, root: root.certificate })
const modeAt = (index: number) => modes[index] ?? assert.fail()
const fails = (code: string, parameter?: string) => (error: unknown) =>
  error instanceof SigningError && error.code === code && (parameter === undefined || error.parameter === parameter)

for (const index of [0, 1])
  describe(index === 0 ? 'public-key mode' : 'certificate mode', () => {
    test('an order for an app is the official one, character by character', async () => {
      const { options, official } = modeAt(index)
      await using alipay = new Alipay(options)
      const ours = await alipay.sdkExecute('alipay.trade.app.pay', parameters)
      assert.deepEqual(
        new URLSearchParams(ours),
        new URLSearchParams(official.sdkExecute('alipay.trade.app.pay', parameters)),
      )
      assert.match(ours, /&sign=[^&]{340,}$/)
    })

    test('what is signed here, the official client verifies, and not after one change', async () => {
      const { options } = modeAt(index)
      await using alipay = new Alipay(options)
      const order = Object.fromEntries(new URLSearchParams(await alipay.sdkExecute('alipay.trade.app.pay', parameters)))
      const { privateKey, publicKey } = application
      const verifier = new AlipaySdk({ appId, privateKey, keyType: 'PKCS8', alipayPublicKey: publicKey })
      assert.ok(verifier.checkNotifySignV2(order))
      assert.ok(!verifier.checkNotifySignV2({ ...order, app_id: '2021000000000002' }))
    })

    test('an encrypted order is the official one', async () => {
      const { options, official } = modeAt(index)
      await using alipay = new Alipay(options)
      const ours = await alipay.sdkExecute('alipay.trade.app.pay', parameters, { needEncrypt: true })
      const theirs = official.sdkExecute('alipay.trade.app.pay', { ...parameters, needEncrypt: true })
      assert.deepEqual(new URLSearchParams(ours), new URLSearchParams(theirs))
    })

    test('a payment page is the official one: as address, and as form', async () => {
      const { options, official } = modeAt(index)
      await using alipay = new Alipay(options)
      // The official client names itself here; the others may too.
      const named = { ...parameters, alipaySdk: official.version }
      const address = await alipay.pageExecute('alipay.trade.page.pay', 'GET', named)
      const theirs = new URL(official.pageExecute('alipay.trade.page.pay', 'GET', parameters))
      assert.deepEqual(sorted(new URL(address).searchParams), sorted(theirs.searchParams))
      const form = await alipay.pageExecute('alipay.trade.page.pay', 'POST', named)
      const officialForm = official.pageExecute('alipay.trade.page.pay', 'POST', parameters)
      assert.deepEqual(fieldsOf(form), fieldsOf(officialForm))
      assert.deepEqual(sorted(actionOf(form)), sorted(actionOf(officialForm)))
    })

    test('a call is understood by the stand-in, as the official one is, and its answer is verified', async () => {
      const { options, official, standIn: server } = modeAt(index)
      await using alipay = new Alipay(options)
      for (const needEncrypt of [false, true]) {
        const method = 'alipay.open.app.qrcode.create'
        const { isSuccess, code, message, content, traceId } = await alipay.execute(method, parameters, { needEncrypt })
        assert.deepEqual(
          { isSuccess, code, message, traceId },
          { isSuccess: true, code: '10000', message: 'Success', traceId: 'trace-2' },
        )
        const mine = server.received.at(-1)
        // The official client cannot verify an encrypted answer: it looks for a brace.
        const theirs = await official.exec(method, { ...parameters, needEncrypt }, { validateSign: !needEncrypt })
        assert.deepEqual(mine, server.received.at(-1))
        assert.deepEqual({ ...content, traceId }, theirs)
      }
    })

    test('a call of OpenAPI 3.0 is understood by the stand-in, as the official one is', async () => {
      const { options, official, standIn: server } = modeAt(index)
      await using alipay = new Alipay(options)
      const body = { out_trade_no: '1', subject: '二维码' }
      for (const call of [
        { body },
        { body, needEncrypt: true },
        { body, appAuthToken: 't', query: { a: '1 &', b: 2 } },
      ]) {
        const answer = await alipay.executeV3('POST', '/v3/alipay/trade/pay', call)
        const mine = server.received.at(-1)
        const theirs = await official.curl('POST', '/v3/alipay/trade/pay', call)
        const { nonce: _, timestamp: __, ...who } = mine?.parameters ?? assert.fail()
        const { nonce: ___, timestamp: ____, ...officialWho } = server.received.at(-1)?.parameters ?? assert.fail()
        assert.deepEqual({ ...mine, parameters: who }, { ...server.received.at(-1), parameters: officialWho })
        assert.deepEqual(
          { isSuccess: answer.isSuccess, content: answer.content },
          { isSuccess: true, content: theirs.data },
        )
        assert.equal(answer.traceId, 'trace-3')
      }
      const read = await alipay.executeV3('GET', '/v3/alipay/trade/query', { query: { out_trade_no: '订单' } })
      assert.equal(read.content.trade_no, '2026')
    })

    test('a notification is verified whether its kind signs sign_type or not, and one changed character is refused', async () => {
      const { options, official, standIn: server } = modeAt(index)
      await using alipay = new Alipay(options)
      const fields = {
        app_id: appId,
        trade_status: 'TRADE_SUCCESS',
        subject: '100% + 大',
        passback_params: '',
        total_amount: '9.00',
      }
      for (const isTypeSigned of [false, true]) {
        const form = server.notification(fields, isTypeSigned)
        const verified = alipay.notification(form.toString())
        assert.equal(verified.subject, fields.subject)
        assert.deepEqual(alipay.notification(verified), verified)
        assert.ok(official.checkNotifySignV2(verified))
        const changed = { ...verified, total_amount: '900.00' }
        assert.ok(!official.checkNotifySignV2(changed))
        assert.throws(() => alipay.notification(changed), fails('signature', 'sign'))
        assert.throws(() => alipay.notification(flipped(form)), fails('signature', 'sign'))
        assert.throws(() => alipay.notification(`${form}&total_amount=900.00`), fails('document'))
        const parsed = { ...verified, total_amount: ['88.88', '900.00'] as unknown as string }
        assert.throws(() => alipay.notification(parsed), fails('document', 'total_amount'))
      }
      const foreign = server.notification({ ...fields, app_id: '2' })
      assert.throws(() => alipay.notification(foreign), fails('document', 'app_id'))
      const weak = new URLSearchParams({ ...Object.fromEntries(server.notification(fields)), sign_type: 'RSA' })
      assert.throws(() => alipay.notification(weak), fails('algorithm', 'sign_type'))
    })

    test('an answer that was changed, or lost its signature, is refused; an unsigned refusal is a refusal', async () => {
      const { options, standIn: server } = modeAt(index)
      await using alipay = new Alipay(options)
      const execute = () => alipay.execute('alipay.trade.query', parameters)
      const executeV3 = () => alipay.executeV3('GET', '/v3/alipay/trade/query')
      try {
        server.state.alter = (text) => text.replace('Success', 'success').replace('2026', '2027')
        await assert.rejects(execute, fails('signature', 'sign'))
        await assert.rejects(executeV3, fails('signature', 'sign'))
        server.state.alter = (text) => text.replace(/"sign":"[^"]+"/, '"sign":""')
        await assert.rejects(execute, fails('signature', 'sign'))
        server.state.alter = (text) => text.replace(/^\{/, '{"alipay_trade_query_response":{"code":"10000"},')
        await assert.rejects(execute, ClientError)
        server.state.alter = () => '<html>'
        await assert.rejects(execute, ClientError)
        server.state.alter = () =>
          '{"error_response":{"code":"20001","msg":"Insufficient Token Permissions","sub_code":"aop.invalid-auth-token"}}'
        const { isSuccess, code, subCode } = await execute()
        assert.deepEqual(
          { isSuccess, code, subCode },
          { isSuccess: false, code: '20001', subCode: 'aop.invalid-auth-token' },
        )
      } finally {
        server.state.alter = (text) => text
      }
    })

    test('a request of another key is refused by the stand-in, and the refusal is read', async () => {
      const { options } = modeAt(0)
      const other = await certified('C=CN,CN=Other')
      await using alipay = new Alipay({ ...options, signer: localKey(other.privateKey) })
      const { isSuccess, subCode, subMessage } = await alipay.execute('alipay.trade.query', parameters)
      assert.deepEqual(
        { isSuccess, subCode, subMessage },
        { isSuccess: false, subCode: 'isv.invalid-signature', subMessage: '验签出错' },
      )
      const refused = await alipay.executeV3('GET', '/v3/alipay/trade/query')
      assert.deepEqual(
        { isSuccess: refused.isSuccess, code: refused.code },
        { isSuccess: false, code: 'invalid-signature' },
      )
    })
  })

test('empty parameters are neither sent nor signed', async () => {
  await using alipay = new Alipay(modeAt(0).options)
  const order = await alipay.sdkExecute('alipay.trade.app.pay', { ...parameters, returnUrl: '', authToken: undefined })
  assert.equal(order, await alipay.sdkExecute('alipay.trade.app.pay', parameters))
})

test('the timestamp is that of China, wherever the process runs', async () => {
  const { options } = modeAt(0)
  await using alipay = new Alipay({ ...options, now: () => new Date('2026-12-31T16:00:01Z') })
  const order = new URLSearchParams(await alipay.sdkExecute('alipay.trade.app.pay', { bizContent }))
  assert.equal(order.get('timestamp'), '2027-01-01 00:00:01')
})

test('names in the business parameters may be left as they are', async () => {
  await using alipay = new Alipay(modeAt(0).options)
  const order = await alipay.sdkExecute('alipay.trade.app.pay', { bizContent }, { isVerbatim: true })
  assert.equal(new URLSearchParams(order).get('biz_content'), JSON.stringify(bizContent))
})

describe('what is set up wrongly is named', () => {
  const refused = (change: () => Partial<AlipayOptions>, code: string, parameter: string) => {
    const { options } = modeAt(1)
    assert.throws(() => new Alipay({ ...options, ...change() }), fails(code, parameter))
  }

  test('a missing root certificate', () => {
    refused(() => ({ certificates: { ...certificates(), root: '' } }), 'certificate', 'certificates.root')
  })

  test('an Alipay certificate that no root vouches for', async () => {
    const stranger = await certified('C=CN,O=Ant,CN=Test Root R1')
    const foreign = await certified('C=CN,O=Ant,CN=Alipay', stranger)
    refused(
      () => ({ certificates: { ...certificates(), alipay: foreign.certificate } }),
      'certificate',
      'certificates.alipay',
    )
    refused(
      () => ({ certificates: { ...certificates(), alipay: alipayCertified.certificate } }),
      'certificate',
      'certificates.alipay',
    )
  })

  test('an Alipay certificate that another application issued with its own', async () => {
    const merchant = { ...application, certificate: applicationCertificate }
    const forged = await certified('C=CN,O=Ant,CN=Alipay', merchant)
    const alipay = `${forged.certificate}\n${applicationCertificate}\n${intermediate.certificate}`
    refused(() => ({ certificates: { ...certificates(), alipay } }), 'certificate', 'certificates.alipay')
  })

  test('certificates that are out of date', () => {
    const now = () => new Date(Date.now() + 400 * 86_400_000)
    refused(() => ({ now }), 'certificate', 'certificates.alipay')
  })

  test("an application certificate that isn't of the signer's key", () => {
    refused(
      () => ({ certificates: { ...certificates(), application: root.certificate } }),
      'certificate',
      'certificates.application',
    )
  })

  test('of several certificates of Alipay, an answer is verified under the one that it names', async () => {
    const { options } = modeAt(1)
    const older = await certified('C=CN,O=Ant,CN=Alipay before', intermediate)
    const alipayFile = `${older.certificate}\n${alipayBundle}`
    await using alipay = new Alipay({ ...options, certificates: { ...certificates(), alipay: alipayFile } })
    assert.ok((await alipay.execute('alipay.trade.query', parameters)).isSuccess)
  })

  test('an answer signed with a certificate that was not given', async () => {
    const { options, standIn: server } = modeAt(1)
    await using alipay = new Alipay(options)
    server.state.alter = (text) => text.replace(/"alipay_cert_sn":"[^"]+"/, '"alipay_cert_sn":"0123"')
    try {
      await assert.rejects(
        alipay.execute('alipay.trade.query', parameters),
        fails('certificate', 'certificates.alipay'),
      )
    } finally {
      server.state.alter = (text) => text
    }
  })

  test('a key that Alipay takes no signatures of', () => {
    const { options } = modeAt(0)
    const pss = localKey(application.privateKey, 'RSA_PSS_SHA_256')
    assert.throws(() => new Alipay({ ...options, signer: pss }), fails('algorithm', 'signer'))
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const ec = localKey(privateKey.export({ format: 'der', type: 'pkcs8' }))
    assert.throws(() => new Alipay({ ...options, signer: ec }), fails('algorithm', 'signer'))
  })

  test("neither or both of Alipay's public key and certificates, an application without id, a gateway that is none", () => {
    const { options } = modeAt(0)
    for (const change of [
      { alipayPublicKey: undefined },
      { certificates: certificates() },
      { appId: '' },
      { gateway: 'openapi.alipay.com' },
    ])
      assert.throws(() => new Alipay({ ...options, ...change }), ClientError)
    assert.throws(() => new Alipay({ ...options, alipayPublicKey: 'MIIB' }), fails('key', 'alipayPublicKey'))
    assert.throws(() => new Alipay({ ...options, encryptKey: 'c2hvcnQ=' }), fails('key', 'encryptKey'))
  })

  test('parameters that only the client can set, or that are there twice', async () => {
    const { options } = modeAt(0)
    await using alipay = new Alipay({ ...options, encryptKey: undefined })
    const order = (given: object) => alipay.sdkExecute('alipay.trade.app.pay', { ...given })
    await assert.rejects(order({ bizContent, biz_content: {} }), fails('document', 'bizContent'))
    await assert.rejects(order({ signType: 'RSA' }), fails('document', 'sign_type'))
    await assert.rejects(order({ charset: 'gbk' }), fails('document', 'charset'))
    await assert.rejects(alipay.execute('a.b', { bizContent }, { needEncrypt: true }), fails('key', 'encryptKey'))
    assert.throws(() => alipay.decrypt('AAAA'), fails('key', 'encryptKey'))
  })

  test('a text that was encrypted with another key', async () => {
    await using alipay = new Alipay(modeAt(0).options)
    assert.throws(() => alipay.decrypt('AAAAAAAAAAAAAAAAAAAAAA=='), fails('document'))
  })
})

describe('SM2', () => {
  const folder = join(import.meta.dirname, '../../../test/vectors/alipay')
  const { sm2 } = JSON.parse(readFileSync(join(folder, 'certificates.json'), 'utf8'))
  const now = () => new Date('2030-01-01T00:00:00Z')

  test('signs with SM2DSA under certificates of SM2, and verifies what comes back', async () => {
    const signer = localKey(sm2.privateKey)
    // The same certificate stands for both sides, so that what is signed here can be verified here.
    const files = { application: sm2.application, alipay: sm2.application, root: sm2.root }
    await using alipay = new Alipay({ appId, signer, certificates: files, now })
    const order = new URLSearchParams(await alipay.sdkExecute('alipay.trade.app.pay', { bizContent }))
    assert.equal(order.get('sign_type'), 'SM2')
    const [sm2Root] = readAlipayCertificates(sm2.root, 'root')
    assert.equal(order.get('alipay_root_cert_sn'), sm2Root && certificateSn(sm2Root))
    const { app_id: _, ...fields } = alipay.notification(order)
    assert.equal(fields.method, 'alipay.trade.app.pay')
    order.set('version', '2.0')
    assert.throws(() => alipay.notification(order), fails('signature', 'sign'))
    await assert.rejects(alipay.executeV3('GET', '/v3/a'), fails('algorithm', 'signer'))
    assert.throws(
      () => new Alipay({ appId, signer, certificates: { ...files, root: root.certificate }, now }),
      fails('certificate'),
    )
  })

  test("an RSA key is none of Alipay's for an application that signs with SM2", () => {
    const signer = localKey(sm2.privateKey)
    const isRefused = fails('key', 'alipayPublicKey')
    assert.throws(() => new Alipay({ appId, signer, alipayPublicKey: alipayCertified.publicKey, now }), isRefused)
  })
})

const sorted = (query: URLSearchParams): string[] =>
  [...query].map(([name, value]) => `${name}=${value}`).toSorted((a, b) => (a < b ? -1 : 1))
const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const fieldsOf = (form: string): string[][] =>
  [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
    .map(([, name = '', value = '']) => [name, unescaped(value)])
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
const actionOf = (form: string): URLSearchParams =>
  new URL(unescaped(/<form action="([^"]+)"/.exec(form)?.[1] ?? '')).searchParams

function flipped(form: URLSearchParams): URLSearchParams {
  const copy = new URLSearchParams(form)
  const signature = Buffer.from(copy.get('sign') ?? '', 'base64')
  signature[0] = (signature[0] ?? 0) ^ 1
  copy.set('sign', signature.toString('base64'))
  return copy
}
