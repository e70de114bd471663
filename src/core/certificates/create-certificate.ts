import type { CreateCertificate } from '../../api/certificates.ts'
import type { Input, Result } from '../../api/operation.ts'
import { authorize } from '../access/authorize.ts'
import { principalId } from '../access/principal.ts'
import { arnOf } from '../arn.ts'
import { invalidParameter, KmsError } from '../errors.ts'
import { generateMaterial } from '../keys/generation.ts'
import type { Call } from '../kms.ts'
import { countOnly } from '../paging.ts'
import { newGuid } from '../random-text.ts'
import { formatTime } from '../time.ts'
import { certificateArn, certificates } from './certificate.ts'
import { entryOf, wantedFrom } from './certificate-request.ts'

/**
 * Generates a key and its request. The certificate is pending until what a CA makes of it is uploaded.
 *
 * @throws KmsError `InvalidParameter` of Subject, which needs a CN, or SubjectAlternativeNames; `Rejected.LimitExceeded`
 * @see KMS API 2016-01-20, CreateCertificate
 */
export async function createCertificate(
  call: Call,
  input: Input<typeof CreateCertificate>,
): Promise<Result<typeof CreateCertificate>> {
  const { kms, caller } = call
  const { accountId } = caller
  authorize(call, { accountId, arn: arnOf(kms, accountId, 'certificate') })
  const { keySpec, exportablePrivateKey, protectionLevel = 'SOFTWARE' } = input
  const { request, subject, alternativeNames } = await wantedFrom(input.subject, input.subjectAlternativeNames ?? [])
  if (!/(?:^|[,+])CN=/.test(subject)) throw invalidParameter('Subject', 'It needs a CN.')
  await requireRoom(call)
  const id = newGuid(kms)
  const entry = entryOf(keySpec)
  const material = await generateMaterial(entry, principalId(caller))
  try {
    const { csr, publicKey } = await request(entry, material)
    const createdAt = formatTime(kms.now())
    const described = { accountId, keySpec, exportablePrivateKey, protectionLevel, subject, alternativeNames, tags: {} }
    const body = { ...described, status: 'PENDING', csr, publicKey, createdAt, updatedAt: createdAt } as const
    await kms.records.transaction((transaction) => transaction.insert(certificates, id, body, material))
    call.audit.resource = `certificate/${id}`
    return { certificateId: id, arn: certificateArn(kms, accountId, id), csr }
  } finally {
    material.fill(0)
  }
}

/** As many as keys. Callers who create at the same moment may pass the limit by as many as they are. */
async function requireRoom({ kms, caller }: Call): Promise<void> {
  const { total } = await kms.records.list(certificates, { account: [caller.accountId] }, countOnly)
  if (total >= kms.settings.limits.keys) throw new KmsError('Rejected.LimitExceeded')
}
