import type { CreateClientKey } from '../../api/application-access.ts'
import type { Input, Result } from '../../api/operation.ts'
import { parseTime } from '../../api/time.ts'
import { encodeBase64 } from '../../crypto/base64.ts'
import { selfSignedCertificate } from '../../crypto/certificate.ts'
import { loadKeyMaterial } from '../../crypto/key-material.ts'
import { encodePem } from '../../crypto/pem.ts'
import { writePkcs12 } from '../../crypto/pkcs12.ts'
import { principalId } from '../access/principal.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { entryOf, rsa } from '../key-material/wrapping.ts'
import { generateMaterial } from '../keys/generation.ts'
import type { Call } from '../kms.ts'
import { newGuid } from '../random-text.ts'
import type { Transaction } from '../records.ts'
import { formatTime } from '../time.ts'
import { accessPoints, findAccessPoint } from './access-point.ts'
import { authorizeAccess } from './authorize-access.ts'
import { clientKeys } from './client-key.ts'

const mostClientKeys = 3
const usualYears = 5

/**
 * Creates a ClientKey: an RSA-2048 key pair whose private half leaves in the answer, protected by the password, and is
 * not kept.
 *
 * @throws KmsError `InvalidParameter` of `Password`, `NotBefore` or `NotAfter`; `Forbidden.ResourceNotFound`;
 * `Rejected.LimitExceeded`; `Rejected.Throttling` when too many keys are being made already
 */
export async function createClientKey(
  call: Call,
  input: Input<typeof CreateClientKey>,
): Promise<Result<typeof CreateClientKey>> {
  const { aapName, password } = input
  authorizeAccess(call, `applicationaccesspoint/${aapName}`)
  checkPassword(password)
  const { kms } = call
  const { accountId } = call.caller
  const validity = validityOf(input, kms.now())
  // Looked at before the costly part; the transaction decides.
  checkRoom((await findAccessPoint(kms.records, accountId, aapName)).body.clientKeyCount)
  const clientKeyId = `KAAP.${newGuid(kms)}`
  const { certificate, privateKeyData } = await newClientKey(call, clientKeyId, password, validity)
  const [notBefore, notAfter] = [formatTime(validity.notBefore), formatTime(validity.notAfter)]
  await kms.records.transaction(async (transaction) => {
    await countClientKey(transaction, accountId, aapName)
    const createdAt = formatTime(kms.now())
    await transaction.insert(clientKeys, clientKeyId, {
      accountId,
      aapName,
      certificate,
      createdAt,
      notBefore,
      notAfter,
    })
  })
  return { clientKeyId, keyAlgorithm: 'RSA_2048', privateKeyData, notBefore, notAfter }
}

interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

async function newClientKey({ kms, caller }: Call, name: string, password: string, validity: Validity) {
  const privateKey = await generateMaterial(entryOf('RSA_2048'), principalId(caller))
  try {
    const pair = rsa(loadKeyMaterial(entryOf('RSA_2048'), privateKey))
    const keys = { privateKey: pair.keyObject, publicKey: pair.publicKey }
    const certificate = await selfSignedCertificate({ name, serialNumber: kms.randomBytes(16), ...validity, ...keys })
    const file = writePkcs12({ privateKey, certificate }, password, (length) => kms.randomBytes(length))
    return { certificate: encodePem('CERTIFICATE', certificate), privateKeyData: encodeBase64(file) }
  } finally {
    privateKey.fill(0)
  }
}

async function countClientKey(transaction: Transaction, accountId: string, aapName: string): Promise<void> {
  const point = await findAccessPoint(transaction, accountId, aapName)
  checkRoom(point.body.clientKeyCount)
  await transaction.update(accessPoints, point, { ...point.body, clientKeyCount: point.body.clientKeyCount + 1 })
}

function checkRoom(count: number): void {
  if (count >= mostClientKeys) throw new KmsError('Rejected.LimitExceeded')
}

/** @see KMS API, CreateClientKey: 8 to 64 characters of at least two kinds */
function checkPassword(password: string): void {
  const kinds = [/\d/, /[A-Za-z]/, /[~!@#$%^&*?_-]/].filter((kind) => kind.test(password)).length
  if (!/^[\dA-Za-z~!@#$%^&*?_-]{8,64}$/.test(password) || kinds < 2) {
    const rule = 'It needs 8 to 64 digits, letters or ~!@#$%^&*?_-, of at least two of these kinds.'
    throw invalidParameter('Password', rule)
  }
}

function validityOf({ notBefore, notAfter }: Input<typeof CreateClientKey>, now: Date): Validity {
  if (notBefore === undefined && notAfter === undefined) {
    const end = new Date(now)
    end.setUTCFullYear(end.getUTCFullYear() + usualYears)
    return { notBefore: now, notAfter: end }
  }
  const validity = { notBefore: timeOf('NotBefore', notBefore), notAfter: timeOf('NotAfter', notAfter) }
  if (validity.notAfter <= validity.notBefore || validity.notAfter <= now) {
    throw invalidParameter('NotAfter', 'It must be later than NotBefore and than now.')
  }
  return validity
}

function timeOf(parameter: string, text = ''): Date {
  const time = new Date(text.length === 'yyyy-MM-ddTHH:mm:ssZ'.length ? parseTime(text) : Number.NaN)
  if (Number.isNaN(time.getTime())) throw invalidParameter(parameter, 'Both times are needed, as yyyy-MM-ddTHH:mm:ssZ.')
  return time
}
