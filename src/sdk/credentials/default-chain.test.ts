import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { metadataService, plain, serving, temporaryAnswer, temporaryGiven } from '../../../test/kit/credentials.ts'
import { answering } from '../../../test/kit/loopback-server.ts'
import type { ClientError } from '../errors.ts'
import { fileCredentials } from './credentials-file.ts'
import { defaultCredentials } from './default-chain.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhaven-credentials-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function file(content: string | object): string {
  const path = join(folder, String(count++), 'file')
  mkdirSync(dirname(path))
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('the credentials file', () => {
  const ini = `
; shared by all SDKs
[default]
type = access_key            ; or another
access_key_id = ak-id
access_key_secret = ak=secret

[temporary]
type=sts
access_key_id=a
access_key_secret=b
security_token=c
[empty]
[strange]
type = bearer
`
  test('gives the section that is asked for', async () => {
    const path = file(ini)
    assert.deepEqual(await fileCredentials({ path })(), { accessKeyId: 'ak-id', accessKeySecret: 'ak=secret' })
    assert.deepEqual(await fileCredentials({ path, section: 'temporary' })(), {
      accessKeyId: 'a',
      accessKeySecret: 'b',
      securityToken: 'c',
    })
  })

  test('says what is missing', async () => {
    const path = file(ini)
    for (const [section, message] of [
      ['none', /has no section "none"/],
      ['empty', /of the type ""/],
      ['strange', /of the type "bearer"/],
    ] as const)
      await assert.rejects(fileCredentials({ path, section })(), { code: 'credentials', message })
    await assert.rejects(fileCredentials({ path: '/nowhere/credentials' })(), { message: /does not exist/ })
  })
})

describe('the default chain', () => {
  const home = (): string => {
    const path = join(folder, `home-${count++}`)
    mkdirSync(join(path, '.aliyun'), { recursive: true })
    mkdirSync(join(path, '.alibabacloud'), { recursive: true })
    return path
  }
  const noMetadata = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'TRUE' }
  const aliyun = (id: string): string =>
    JSON.stringify({ current: 'p', profiles: [{ name: 'p', mode: 'AK', access_key_id: id, access_key_secret: 's' }] })

  test('looks in the environment first, then in the profile, then in the file', async () => {
    const folderOfUser = home()
    const id = async (env: Readonly<Record<string, string>>): Promise<string> =>
      (await defaultCredentials({ env: { ...noMetadata, ...env }, home: folderOfUser })()).accessKeyId
    writeFileSync(
      join(folderOfUser, '.alibabacloud/credentials'),
      '[default]\ntype=access_key\naccess_key_id=of-file\naccess_key_secret=s\n',
    )
    assert.equal(await id({}), 'of-file')
    writeFileSync(join(folderOfUser, '.aliyun/config.json'), aliyun('of-profile'))
    assert.equal(await id({}), 'of-profile')
    assert.equal(await id({ ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' }), 'of-file')
    const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'of-env', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 's' }
    assert.equal(await id(env), 'of-env')
  })

  test('asks the metadata service, then the credentials URI', async () => {
    await serving(await metadataService('hardened'), async ({ endpoint }) => {
      const provider = defaultCredentials({ env: {}, home: home(), metadataEndpoint: endpoint })
      assert.deepEqual(plain(await provider()), temporaryGiven)
    })
    await serving(await answering({ body: temporaryAnswer }), async ({ endpoint }) => {
      const provider = defaultCredentials({
        env: { ...noMetadata, ALIBABA_CLOUD_CREDENTIALS_URI: endpoint },
        home: home(),
      })
      assert.deepEqual(plain(await provider()), temporaryGiven)
    })
  })

  test('that found nothing says what each source lacked, and looks everywhere again next time', async () => {
    const folderOfUser = home()
    const provider = defaultCredentials({ env: noMetadata, home: folderOfUser })
    await assert.rejects(provider(), (error: Error) => {
      assert.match(error.message, /aliyun profile: .*credentials file: /)
      return (error as ClientError).code === 'credentials'
    })
    writeFileSync(join(folderOfUser, '.aliyun/config.json'), aliyun('late'))
    assert.equal((await provider()).accessKeyId, 'late')
  })
})
