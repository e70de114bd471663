import { resourceNotFound } from '../errors.ts'
import type { RecordReader, Stored } from '../records.ts'
import { recordKind } from '../records.ts'

/** A ClientKey; only its public half is kept. Record id = ClientKey id, `KAAP.…`. */
export interface ClientKey {
  readonly accountId: string
  /** name of its application access point */
  readonly aapName: string
  /** self-signed certificate, PEM */
  readonly certificate: string
  readonly createdAt: string
  readonly notBefore: string
  readonly notAfter: string
}

export const clientKeys = recordKind<ClientKey>({
  name: 'client-key',
  indexes: (key) => [
    ['account', key.accountId],
    ['access-point', `${key.accountId}/${key.aapName}`],
  ],
})

/** @throws KmsError `Forbidden.ResourceNotFound` */
export async function findClientKeyRecord(
  reader: RecordReader,
  accountId: string,
  clientKeyId: string,
): Promise<Stored<ClientKey>> {
  const key = await reader.get(clientKeys, clientKeyId)
  if (key?.body.accountId !== accountId) throw resourceNotFound('ClientKey', clientKeyId)
  return key
}

/** The ClientKeys of an application access point; there are never more than a few. */
export async function clientKeysOf(
  reader: RecordReader,
  accountId: string,
  aapName: string,
): Promise<readonly Stored<ClientKey>[]> {
  const filter = { 'access-point': [`${accountId}/${aapName}`] }
  return (await reader.list(clientKeys, filter, { offset: 0, limit: 100 })).items
}

export const describeClientKey = ({ id, body }: Stored<ClientKey>) => ({
  clientKeyId: id,
  aapName: body.aapName,
  keyAlgorithm: 'RSA_2048',
  keyOrigin: 'KMS_PROVIDED',
  publicKeyData: body.certificate,
  createTime: body.createdAt,
  notBefore: body.notBefore,
  notAfter: body.notAfter,
})
