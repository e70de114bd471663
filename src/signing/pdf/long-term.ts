import { formatName, isSameName } from '../../certificates/name.ts'
import { decodePem } from '../../crypto/pem.ts'
import type { TransportOptions } from '../../sdk/transport.ts'
import {
  type CmsCertificate,
  crlAddresses,
  issuerAddresses,
  ocspAddresses,
  readCmsCertificates,
} from '../cms/certificate.ts'
import { type RevocationState, stateByCrl } from '../cms/crl.ts'
import { exchange } from '../cms/exchange.ts'
import { ocspRequest, stateByOcsp } from '../cms/ocsp.ts'
import { oid } from '../cms/oids.ts'
import { readSignedData } from '../cms/read-signed-data.ts'
import { readTimeStamp } from '../cms/verify-time-stamp.ts'
import { SigningError } from '../errors.ts'
import type { PdfSignOptions } from './options.ts'

/** What a signature needs to be validated when nobody can be asked any more. */
export interface LongTermMaterial {
  readonly certificates: readonly CmsCertificate[]
  readonly crls: readonly Uint8Array[]
  readonly ocspResponses: readonly Uint8Array[]
}

/** Lists of large authorities are a few megabytes. */
const maxBytes = 16 * 2 ** 20

/**
 * Collects what proves that no certificate of a signature and of its time stamp was revoked: from what is given, and from
 * the addresses that the certificates name.
 *
 * @param value - the signature, CMS
 * @throws SigningError `certificate` where something is missing or revoked; ClientError
 */
export async function collectMaterial(value: Uint8Array, options: PdfSignOptions): Promise<LongTermMaterial> {
  const collector = new Collector(options)
  const { certificates, signerInfo } = readSignedData(value)
  collector.know(certificates)
  const [own] = readCmsCertificates(options.certificates)
  const token = signerInfo.unsignedAttributes.get(oid.timeStampToken)
  const timeStamp = token && readTimeStamp(token.raw)
  collector.know(timeStamp?.certificates ?? [])
  for (const certificate of [own, timeStamp?.certificate]) if (certificate) await collector.collect(certificate)
  return collector.material
}

class Collector {
  readonly #pool: CmsCertificate[]
  readonly #used = new Map<string, CmsCertificate>()
  readonly #crls: Uint8Array[]
  readonly #ocspResponses: Uint8Array[]
  readonly #isFetching: boolean
  readonly #transport: TransportOptions
  readonly #at: Date

  constructor({ validation = {}, timeStamp, signedAt }: PdfSignOptions) {
    this.#pool = (validation.certificates ?? []).flatMap((each) => [...readCmsCertificates(each)])
    this.#crls = (validation.crls ?? []).map(derOfCrl)
    this.#ocspResponses = [...(validation.ocspResponses ?? [])]
    this.#isFetching = validation.isFetched !== false
    const { url: _, caFile: __, credentials: ___, ...transport } = timeStamp ?? { url: '' }
    this.#transport = transport
    this.#at = signedAt ?? new Date()
  }

  get material(): LongTermMaterial {
    return { certificates: [...this.#used.values()], crls: this.#crls, ocspResponses: this.#ocspResponses }
  }

  know(certificates: readonly CmsCertificate[]): void {
    this.#pool.push(...certificates)
  }

  /** A certificate and those above it, up to one that has signed itself. */
  async collect(certificate: CmsCertificate): Promise<void> {
    for (let at = certificate; !this.#isUsed(at); ) {
      this.#used.set(keyOf(at), at)
      if (isSameName(at.subject, at.issuer)) return
      const issuer = await this.#issuerOf(at)
      await this.#requireGood(at, issuer)
      at = issuer
    }
  }

  #isUsed = (certificate: CmsCertificate): boolean => this.#used.has(keyOf(certificate))

  async #issuerOf(certificate: CmsCertificate): Promise<CmsCertificate> {
    const isIssuer = (each: CmsCertificate): boolean =>
      isSameName(each.subject, certificate.issuer) && certificate.isSignedBy(each) === true
    const known = this.#pool.find(isIssuer)
    if (known !== undefined) return known
    for (const url of this.#isFetching ? issuerAddresses(certificate) : [])
      this.know(readCmsCertificates(await this.#fetch('The address of the issuer', url)))
    const found = this.#pool.find(isIssuer)
    if (found !== undefined) return found
    throw missing(`the certificate of ${formatName(certificate.issuer)}`)
  }

  async #requireGood(certificate: CmsCertificate, issuer: CmsCertificate): Promise<void> {
    if (this.#state(certificate, issuer) === 'unknown' && this.#isFetching) await this.#ask(certificate, issuer)
    const state = this.#state(certificate, issuer)
    const name = formatName(certificate.subject)
    if (state === 'revoked') throw new SigningError('certificate', `The certificate of ${name} is revoked.`)
    if (state === 'unknown') throw missing(`a revocation list or OCSP response about ${name}`)
  }

  #state(certificate: CmsCertificate, issuer: CmsCertificate): RevocationState {
    const states = [
      ...this.#ocspResponses.map((each) => stateByOcsp(each, certificate, issuer, this.#at)),
      ...this.#crls.map((each) => stateByCrl(each, certificate, issuer, this.#at)),
    ]
    return states.includes('revoked') ? 'revoked' : states.includes('good') ? 'good' : 'unknown'
  }

  async #ask(certificate: CmsCertificate, issuer: CmsCertificate): Promise<void> {
    const [responder] = ocspAddresses(certificate).filter(isHttp)
    if (responder !== undefined) {
      const request = { body: ocspRequest(certificate, issuer), contentType: 'application/ocsp-request' }
      this.#ocspResponses.push(await this.#fetch('The OCSP responder', responder, request))
      return
    }
    const [list] = crlAddresses(certificate).filter(isHttp)
    if (list !== undefined) this.#crls.push(derOfCrl(await this.#fetch('The address of the revocation list', list)))
  }

  #fetch(who: string, url: string, request?: { readonly body: Uint8Array; readonly contentType: string }) {
    return exchange({ who, url, maxBytes, request }, this.#transport)
  }
}

const isHttp = (url: string): boolean => /^https?:/i.test(url)
const keyOf = ({ der }: CmsCertificate): string => Buffer.from(der).toString('base64')
const missing = (what: string): SigningError =>
  new SigningError('certificate', `For B-LT ${what} is missing.`, { parameter: 'validation' })

function derOfCrl(encoded: string | Uint8Array): Uint8Array {
  if (typeof encoded !== 'string' && encoded[0] === 0x30) return encoded
  const text = typeof encoded === 'string' ? encoded : Buffer.from(encoded).toString('latin1')
  const der = decodePem('X509 CRL', text)
  if (der !== undefined) return der
  throw new SigningError('certificate', 'A certificate revocation list cannot be read.', { parameter: 'validation' })
}
