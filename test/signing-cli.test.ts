import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client } from '../src/sdk/client.ts'
import { type ApplicationSetup, setUpApplication } from './kit/application.ts'
import { folderWith, keyhaven, type Outcome } from './kit/cli.ts'
import { openssl, opensslMissing } from './kit/openssl.ts'
import { startTestServer, type TestServer } from './kit/server.ts'

let server: TestServer
let client: Client
let env: Readonly<Record<string, string>>
const cwd = folderWith()

before(async () => {
  server = await startTestServer()
  const { endpoint, caFile, accessKeyId, accessKeySecret } = server
  client = new Client({ endpoint, caFile, accessKeyId, accessKeySecret, retry: false })
  env = {
    KEYHAVEN_ENDPOINT: endpoint,
    KEYHAVEN_CA_FILE: caFile,
    KEYHAVEN_ACCESS_KEY_ID: accessKeyId,
    KEYHAVEN_ACCESS_KEY_SECRET: accessKeySecret,
  }
})
after(async () => {
  await client.close()
  await server.close()
})

const call = (words: string, stdin?: string): Promise<Outcome> =>
  keyhaven(words.split(' '), { cwd, env, ...(stdin === undefined ? {} : { stdin }) })
async function succeed(words: string, stdin?: string): Promise<string> {
  const { status, out, err } = await call(words, stdin)
  assert.equal(status, 0, `${words}: ${err}`)
  return out
}
/** One line that begins with the code, a status that is not 0, and no new file. */
async function refused(words: string, code: RegExp, output?: string): Promise<void> {
  const { status, out, err } = await call(words)
  assert.match(err, new RegExp(`^keyhaven: (?:${code.source}).*\\n$`), words)
  assert.notEqual(status, 0)
  assert.equal(out, '')
  if (output !== undefined) assert.ok(!existsSync(join(cwd, output)), output)
}
const bytesOf = (name: string): Buffer => readFileSync(join(cwd, name))
const write = (name: string, content: Uint8Array | string): void => writeFileSync(join(cwd, name), content)

let count = 0
type KeyRequest = NonNullable<Parameters<Client['createKey']>[0]>
/** A key with an alias of its own. */
async function newKey(request: KeyRequest): Promise<{ readonly keyId: string; readonly alias: string }> {
  const { keyId } = (await client.createKey(request)).keyMetadata
  const aliasName = `alias/cli-${++count}`
  await client.createAlias({ aliasName, keyId })
  return { keyId, alias: aliasName }
}
const signing = (keySpec: 'RSA_2048' | 'EC_P256' | 'EC_P256K' | 'EC_SM2') =>
  newKey({ keySpec, keyUsage: 'SIGN/VERIFY' })

describe('sign and verify', () => {
  write('big.bin', randomBytes(3_000_000))
  for (const spec of ['RSA_2048', 'EC_P256', 'EC_P256K', 'EC_SM2'] as const)
    test(`${spec}: every form, by the service and here, and a wrong one ends with 1`, async () => {
      const { alias } = await signing(spec)
      write('key.pem', await succeed(`key public ${alias}`))
      for (const form of ['der', 'raw', 'base64']) {
        const shown = await succeed(`sign big.bin --key ${alias} --form ${form} --force`)
        assert.match(shown, /^Signed +big\.bin$/m)
        assert.match(await succeed(`verify big.bin --key ${alias} --form ${form}`), /^Verified +big\.bin$/m)
        await succeed(`verify big.bin --local key.pem --form ${form}`)
        write('other.bin', 'another file')
        await refused(`verify other.bin --signature big.bin.sig --local key.pem --form ${form}`, /wrongSignature: /)
        await refused(`verify other.bin --signature big.bin.sig --key ${alias} --form ${form}`, /wrongSignature: /)
        if (form === 'raw' && spec !== 'RSA_2048') assert.equal(bytesOf('big.bin.sig').length, 64)
      }
    })

  test('openssl verifies what is signed, and what openssl signs is verified', { skip: opensslMissing }, async () => {
    const { alias } = await signing('EC_P256')
    write('key.pem', await succeed(`key public ${alias}`))
    await succeed(`sign big.bin --key ${alias} --out o.sig`)
    const files = { k: bytesOf('key.pem'), s: bytesOf('o.sig'), m: bytesOf('big.bin') }
    assert.match(String(openssl(['dgst', '-sha256', '-verify', 'k', '-signature', 's', 'm'], files)), /Verified OK/)
    const made = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'])
    write('outside.pem', openssl(['pkey', '-in', 'p', '-pubout'], { p: made }))
    write('outside.sig', openssl(['dgst', '-sha256', '-sign', 'p', 'm'], { p: made, m: bytesOf('big.bin') }))
    await succeed('verify big.bin --signature outside.sig --local outside.pem')
  })

  test('PSS is asked for by name; what one algorithm signed another does not verify', async () => {
    const { alias } = await signing('RSA_2048')
    await succeed(`sign big.bin --key ${alias} --algorithm RSA_PSS_SHA_256 --out pss.sig`)
    await succeed(`verify big.bin --signature pss.sig --key ${alias} --algorithm RSA_PSS_SHA_256`)
    await refused(`verify big.bin --signature pss.sig --key ${alias}`, /wrongSignature: /)
  })

  test('a signature of a former version is verified after a rotation', async () => {
    for (const spec of ['EC_P256', 'EC_SM2'] as const) {
      const { keyId, alias } = await signing(spec)
      await succeed(`sign big.bin --key ${alias} --out former.sig --force`)
      await client.createKeyVersion({ keyId })
      await succeed(`verify big.bin --signature former.sig --key ${alias}`)
      const [, newest] = (await client.listKeyVersions({ keyId })).keyVersions.keyVersion
      const version = newest?.keyVersionId ?? ''
      await refused(`verify big.bin --signature former.sig --key ${alias} --key-version ${version}`, /wrongSignature: /)
    }
  })

  test('any kind of file is read to its end, also where its size is said to be another', async () => {
    const { alias } = await signing('EC_P256')
    write('sparse', 'start')
    truncateSync(join(cwd, 'sparse'), 200_000)
    const sources = ['sparse', '/proc/version', '/sys/kernel/mm/transparent_hugepage/enabled']
    const present = sources.filter((source) => existsSync(resolve(cwd, source)))
    for (const source of present) {
      await succeed(`sign ${source} --key ${alias} --out any.sig --force`)
      write('copy', readFileSync(resolve(cwd, source)))
      await succeed(`verify copy --signature any.sig --key ${alias}`)
    }
    assert.ok(present.length > 0)
  })

  test('standard input and output', async () => {
    const { alias } = await signing('EC_P256')
    write('m.sig', await succeed(`sign - --key ${alias} --form base64`, 'a message'))
    await succeed(`verify - --signature m.sig --key ${alias} --form base64`, 'a message')
    await refused(`verify - --key ${alias}`, /usage: /)
    await refused(`verify - --signature - --key ${alias}`, /usage: /)
  })

  test('--json', async () => {
    const { keyId, alias } = await signing('EC_P256')
    const signed = JSON.parse(await succeed(`sign big.bin --key ${alias} --out j.sig --json`))
    assert.deepEqual([signed.Key, signed.To, signed.Algorithm], [keyId, 'j.sig', 'ECDSA_SHA_256'])
    const verified = JSON.parse(await succeed(`verify big.bin --signature j.sig --key ${alias} --json`))
    assert.deepEqual([verified.Verified, verified.Key], [true, keyId])
  })

  test('what cannot be is said in one line and leaves no file', async () => {
    const { keyId, alias } = await signing('EC_P256')
    const { alias: encrypting } = await newKey({ keySpec: 'EC_P256', keyUsage: 'ENCRYPT/DECRYPT' })
    const { alias: symmetric } = await newKey({})
    write('taken.sig', 'x')
    await refused(`sign big.bin --key ${encrypting} --out n.sig`, /Rejected\.UnsupportedOperation: /, 'n.sig')
    await refused(`sign big.bin --key ${symmetric} --out n.sig`, /UnsupportedOperation: /, 'n.sig')
    await refused(`sign big.bin --key ${alias} --algorithm RSA_PSS_SHA_256 --out n.sig`, /algorithm: /, 'n.sig')
    await refused(`sign big.bin --key ${alias} --algorithm MD5 --out n.sig`, /algorithm: /, 'n.sig')
    await refused(`sign missing.bin --key ${alias}`, /ENOENT: /, 'missing.bin.sig')
    await refused(`sign big.bin --key ${alias} --out taken.sig`, /fileExists: /)
    assert.equal(bytesOf('taken.sig').toString(), 'x')
    await refused(`verify big.bin --signature taken.sig --local big.bin`, /tooLarge: |badKey: /)
    await refused(`verify big.bin --signature taken.sig --local taken.sig`, /badKey: /)
    await refused(`verify big.bin --signature taken.sig`, /usage: /)
    await client.disableKey({ keyId })
    await refused(`sign big.bin --key ${alias} --out n.sig`, /Rejected\.Disabled: /, 'n.sig')
  })
})

describe('tokens and key sets', () => {
  test('a JWT is signed, and verified by the service’s keys, by a key set and by the public key', async () => {
    const { alias } = await signing('EC_P256')
    write('claims.json', JSON.stringify({ iss: 'us', exp: Math.floor(Date.now() / 1000) + 600 }))
    await succeed(`sign claims.json --key ${alias} --form jwt`)
    await succeed(`jwks ${alias} --out set.json --force`)
    write('jwt.pem', await succeed(`key public ${alias}`))
    const token = 'verify claims.json.jwt --form jwt'
    assert.equal(await succeed(`${token} --local set.json --out -`), bytesOf('claims.json').toString())
    await succeed(`${token} --local jwt.pem`)
    assert.equal(JSON.parse(await succeed(`${token} --key ${alias} --json`)).Claims.iss, 'us')
    const { alias: stranger } = await signing('EC_P256')
    await refused(`${token} --key ${stranger}`, /key: /)
    write(
      'forged.jwt',
      bytesOf('claims.json.jwt')
        .toString()
        .replace(/\.[^.]+\./, '.e30.'),
    )
    await refused('verify forged.jwt --form jwt --local set.json', /signature: /)
  })

  test('an expired one is refused as JWT; as JWS nobody asks', async () => {
    const { alias } = await signing('RSA_2048')
    write('old.json', '{"exp":1}')
    await succeed(`sign old.json --key ${alias} --form jwt`)
    await refused(`verify old.json.jwt --form jwt --key ${alias}`, /document: .*expired/)
    await succeed(`verify old.json.jwt --form jws --key ${alias}`)
    write('list.json', '[1]')
    await refused(`sign list.json --key ${alias} --form jwt`, /notClaims: /, 'list.json.jwt')
  })

  test('what is given beside a token is heeded, or refused', async () => {
    const { keyId, alias } = await signing('RSA_2048')
    write('t.json', '{"sub":"us"}')
    await succeed(`sign t.json --key ${alias} --form jwt`)
    const { keyVersionId: newer } = (await client.createKeyVersion({ keyId })).keyVersion
    const token = 'verify t.json.jwt --form jwt'
    await succeed(`${token} --key ${alias} --algorithm RSA_PKCS1_SHA_256`)
    await refused(`${token} --key ${alias} --algorithm RSA_PSS_SHA_256`, /algorithm: /)
    await refused(`${token} --key ${alias} --key-version ${newer}`, /key: /)
    await refused(`${token} --key ${alias} --key-version nope`, /Forbidden\.KeyVersionNotFound: /)
    await refused(`${token} --key ${alias} --signature t.json`, /usage: /)
    write('t.pem', await succeed(`key public ${alias}`))
    await refused(`${token} --local t.pem --key-version ${newer}`, /usage: /)
    await refused(`${token} --local t.pem --client-key k.json`, /usage: /)
    await refused(`verify t.json --local t.pem --signature t.json --out n.out`, /usage: /, 'n.out')
  })

  test('claims are signed as they are written, or not at all', async () => {
    const { alias } = await signing('EC_P256')
    write('c.json', '{"id":12345678901234567890}')
    await refused(`sign c.json --key ${alias} --form jwt`, /notClaims: "id"/, 'c.json.jwt')
    write('c.json', '{"exp":1e400}')
    await refused(`sign c.json --key ${alias} --form jwt`, /notClaims: "exp"/, 'c.json.jwt')
    write('c.json', Buffer.from('7b22696422 3a22ff227d'.replace(' ', ''), 'hex'))
    await refused(`sign c.json --key ${alias} --form jwt`, /notClaims: /, 'c.json.jwt')
  })

  test('jwks prints the tagged keys, every version, when none is named', async () => {
    const { keyId, alias } = await signing('EC_P256')
    await succeed(`tag add ${alias} keyhaven:jwks=public`)
    await client.createKeyVersion({ keyId })
    const { keys } = JSON.parse(await succeed('jwks'))
    assert.equal(keys.length, 2)
    assert.ok(keys.every(({ kid }: { kid: string }) => kid.startsWith(`${keyId}/`)))
    await succeed(`tag remove ${alias} keyhaven:jwks`)
    assert.deepEqual(JSON.parse(await succeed('jwks')), { keys: [] })
    const { alias: sm2 } = await signing('EC_SM2')
    await refused(`jwks ${sm2}`, /key: /)
  })
})

test('mac: a code is generated and verified, a wrong one ends with 1', async () => {
  const { alias } = await newKey({ keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' })
  write('m.txt', 'a message')
  await succeed(`mac generate m.txt --key ${alias} --out m.mac`)
  assert.equal(Buffer.from(bytesOf('m.mac').toString(), 'base64').length, 32)
  await succeed(`mac verify m.txt --key ${alias} --mac m.mac`)
  await succeed(`mac verify m.txt --key ${alias} --mac -`, await succeed(`mac generate m.txt --key ${alias}`))
  write('wrong.mac', createHmac('sha256', 'x').update('m').digest('base64'))
  await refused(`mac verify m.txt --key ${alias} --mac wrong.mac`, /wrongMac: /)
  write('long.txt', Buffer.alloc(6145, 1))
  await refused(`mac generate long.txt --key ${alias}`, /tooLarge: /)
  write('no.mac', 'no Base64!')
  await refused(`mac verify m.txt --key ${alias} --mac no.mac`, /badMac: /)
  const { alias: other } = await newKey({})
  await refused(`mac generate m.txt --key ${other}`, /wrongKey: /)
})

describe('in an instance, with a ClientKey', () => {
  let words = ''
  let setup: ApplicationSetup
  before(async () => {
    setup = await setUpApplication(server)
    write('clientKey.json', setup.instance.clientKeyContent ?? '')
    write('password', `${setup.instance.password}`)
    words = '--client-key clientKey.json --client-key-password-file password'
  })
  after(async () => {
    await setup.admin.close()
  })
  const held = async (request: KeyRequest): Promise<string> =>
    (await client.createKey({ ...request, dKMSInstanceId: setup.instanceId })).keyMetadata.keyId

  for (const keySpec of ['RSA_2048', 'EC_P256', 'EC_SM2'] as const)
    test(`${keySpec}: signed and verified there, as a file and as a token; others verify it`, async () => {
      const keyId = await held({ keySpec, keyUsage: 'SIGN/VERIFY' })
      write('i.json', '{"sub":"us"}')
      await succeed(`sign i.json --key ${keyId} --force ${words}`)
      await succeed(`verify i.json --key ${keyId} ${words}`)
      write('i.pem', await succeed(`key public ${keyId}`))
      await succeed('verify i.json --local i.pem')
      write('other.json', 'other')
      await refused(`verify other.json --signature i.json.sig --key ${keyId} ${words}`, /wrongSignature: /)
      await refused(`sign i.json --key ${keyId} --out n.sig --key-version nope ${words}`, /\w+/, 'n.sig')
      if (keySpec === 'EC_SM2') return
      await succeed(`sign i.json --key ${keyId} --form jwt --force ${words}`)
      await succeed(`verify i.json.jwt --form jwt --key ${keyId} ${words}`)
      await succeed(`verify i.json.jwt --form jwt --key ${keyId}`)
    })

  test('codes of messages', async () => {
    const keyId = await held({ keySpec: 'HMAC_SHA_256', keyUsage: 'GENERATE/VERIFY_MAC' })
    write('i.txt', 'a message')
    await succeed(`mac generate i.txt --key ${keyId} --out i.mac ${words}`)
    await succeed(`mac verify i.txt --key ${keyId} --mac i.mac`)
    await succeed(`mac verify i.txt --key ${keyId} --mac i.mac ${words}`)
    write('wrong.mac', createHmac('sha256', 'x').update('m').digest('base64'))
    await refused(`mac verify i.txt --key ${keyId} --mac wrong.mac ${words}`, /wrongMac: /)
  })

  test('the password may stand in the environment, and no AccessKey is needed', async () => {
    const keyId = await held({ keySpec: 'EC_P256', keyUsage: 'SIGN/VERIFY' })
    const { KEYHAVEN_ENDPOINT: endpoint = '', KEYHAVEN_CA_FILE: caFile = '' } = env
    const own = { KEYHAVEN_ENDPOINT: endpoint, KEYHAVEN_CA_FILE: caFile }
    const signed = (more: Readonly<Record<string, string>>) =>
      keyhaven(['sign', 'i.txt', '--key', keyId, '--out', 'e.sig', '--client-key', 'clientKey.json'], {
        cwd,
        env: { ...own, ...more },
      })
    write('i.txt', 'a message')
    const wrong = await signed({ KEYHAVEN_CLIENT_KEY_PASSWORD: 'Wrong-Pass~1' })
    assert.notEqual(wrong.status, 0)
    assert.match(wrong.err, /^keyhaven: credentials: .*\n$/)
    assert.doesNotMatch(wrong.err, /Wrong-Pass/)
    const right = await signed({ KEYHAVEN_CLIENT_KEY_PASSWORD: `${setup.instance.password}` })
    assert.equal(right.status, 0, right.err)
    await refused(`sign i.txt --key ${keyId} --out n.sig --client-key-password-file password`, /usage: /, 'n.sig')
  })
})

test('data-key: of two files both are written, or none', async () => {
  const { alias } = await newKey({})
  const { alias: rsa } = await newKey({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT/DECRYPT' })
  write('partner.pem', await succeed(`key public ${rsa}`))
  write('taken', 'x')
  const both = `data-key generate-and-export --key ${alias} --public-key partner.pem`
  for (const out of ['taken', 'no-folder/new']) {
    await refused(`${both} --exported n.exported --out ${out}`, /fileExists: |ENOENT: /, 'n.exported')
    await refused(`data-key generate --key ${alias} --plaintext n.key --out ${out}`, /fileExists: |ENOENT: /, 'n.key')
  }
  await refused(`${both} --exported n.same --out ./n.same`, /usage: /, 'n.same')
  await refused(`data-key generate --key ${alias} --plaintext n.same --out n.same --force`, /usage: /, 'n.same')
})

describe('asymmetric', () => {
  for (const keySpec of ['RSA_2048', 'EC_SM2'] as const)
    test(`${keySpec}: encrypted by the service and here, decrypted by the service, also after a rotation`, async () => {
      const { keyId, alias } = await newKey({ keySpec, keyUsage: 'ENCRYPT/DECRYPT' })
      write('data.key', Buffer.alloc(32, 7))
      write('key.pem', await succeed(`key public ${alias}`))
      await succeed(`asymmetric encrypt data.key --key ${alias} --force`)
      await succeed('asymmetric encrypt data.key --local key.pem --out local.enc --force')
      await client.createKeyVersion({ keyId })
      for (const name of ['data.key.enc', 'local.enc']) {
        await succeed(`asymmetric decrypt ${name} --key ${alias} --out back.key --force`)
        assert.deepEqual(bytesOf('back.key'), Buffer.alloc(32, 7))
        assert.equal(statSync(join(cwd, 'back.key')).mode & 0o777, 0o600)
      }
      const damaged = bytesOf('local.enc')
      damaged[80] = (damaged[80] ?? 0) ^ 1
      write('damaged.enc', damaged)
      await refused(`asymmetric decrypt damaged.enc --key ${alias}`, /notDecrypted: /, 'decrypted_damaged')
      write('long.key', Buffer.alloc(6100, 1))
      await refused('asymmetric encrypt long.key --local key.pem', /document: /, 'long.key.enc')
      await refused(`asymmetric encrypt data.key --key ${alias} --local key.pem`, /usage: /)
    })
})

test('tag: keys and secrets are tagged, found and untagged', async () => {
  const { keyId, alias } = await newKey({})
  await client.createSecret({ secretName: 'tagged', versionId: 'v1', secretData: 'x' })
  await succeed(`tag add ${alias} team=red stage=test`)
  await succeed('tag add tagged team=blue --type secret')
  assert.match(await succeed(`tag show ${alias}`), /^team +red$/m)
  assert.match(await succeed('tag show tagged --type secret'), /^team +blue$/m)
  assert.match(await succeed('tag list --tag team=red'), new RegExp(`^${keyId} `, 'm'))
  assert.match(await succeed('tag list --type secret --tag team'), /^tagged +team=blue$/m)
  assert.doesNotMatch(await succeed('tag list --tag team=blue'), new RegExp(keyId))
  await succeed(`tag remove ${alias} team`)
  assert.deepEqual(JSON.parse(await succeed(`tag show ${alias} --json`)).Tags, [{ TagKey: 'stage', TagValue: 'test' }])
  await refused(`tag add ${alias} nonsense`, /usage: /)
  await refused('tag add no-such-key a=b', /Forbidden\.KeyNotFound: /)
})
