import { certificates } from '../certificates/certificate.ts'
import { findCertificate } from '../certificates/find-certificate.ts'
import { formatTime } from '../time.ts'
import type { Taggable } from './taggable.ts'

/** Certificates as bearers of tags. No operation lists them. */
export const taggableCertificates: Pick<Taggable, 'tagsOf' | 'retag'> = {
  async tagsOf(call, id) {
    return { id, tags: (await findCertificate(call, id)).body.tags }
  },

  async retag(call, transaction, id, change) {
    const found = await findCertificate(call, id, transaction)
    const updatedAt = formatTime(call.kms.now())
    await transaction.update(certificates, found, { ...found.body, tags: change(found.body.tags), updatedAt })
  },
}
