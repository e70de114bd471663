import { readFile } from 'node:fs/promises'
import { Client } from '../../src/sdk/index.ts'
import { Alipay, type AlipayOptions, heldKey } from '../../src/signing/index.ts'
import { publicGateway } from '../settings.ts'

const { env } = process

/** What both modes are told, with what the environment says about it. */
const commonFlags = {
  'app-id': env.ALIPAY_APP_ID ?? '',
  gateway: env.ALIPAY_GATEWAY ?? 'https://openapi.alipay.com/gateway.do',
  key: 'alias/alipay',
} as const
export const publicKeyFlags = { ...commonFlags, 'alipay-public-key': 'certs/alipayPublicKey.txt' } as const
/** The files as the open platform names them. */
export const certificateFlags = {
  ...commonFlags,
  'app-cert': 'certs/appCertPublicKey.crt',
  'alipay-cert': 'certs/alipayCertPublicKey.crt',
  'root-cert': 'certs/alipayRootCert.crt',
} as const

type Common = Readonly<Record<keyof typeof commonFlags, string>>

/** Public-key mode: answers are signed with the one key that the open platform shows. */
export async function withPublicKey(
  given: Common & Readonly<Record<'alipay-public-key', string>>,
  work: (alipay: Alipay) => Promise<void>,
): Promise<void> {
  await withAlipay(given, { alipayPublicKey: await readFile(given['alipay-public-key'], 'utf8') }, work)
}

/** Certificate mode: requests name certificates, and answers are signed under one that a root vouches for. */
export async function withCertificates(
  given: Common & Readonly<Record<'app-cert' | 'alipay-cert' | 'root-cert', string>>,
  work: (alipay: Alipay) => Promise<void>,
): Promise<void> {
  const files = [given['app-cert'], given['alipay-cert'], given['root-cert']]
  const [application = '', alipay = '', root = ''] = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  await withAlipay(given, { certificates: { application, alipay, root } }, work)
}

/** The application's private key stays in the KMS: each request is one signature of it. */
async function withAlipay(
  given: Common,
  trust: Pick<AlipayOptions, 'alipayPublicKey' | 'certificates'>,
  work: (alipay: Alipay) => Promise<void>,
): Promise<void> {
  await using client = new Client(publicGateway())
  const signer = await heldKey(client, { keyId: given.key })
  await using alipay = new Alipay({ appId: given['app-id'], gateway: given.gateway, signer, ...trust })
  await work(alipay)
}
