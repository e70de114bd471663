import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { GeneralName } from '@peculiar/asn1-x509'
import { CertificateError } from './certificate-error.ts'

/** Another name of the subject (RFC 5280 §4.2.1.6); `other` is one that is only shown. */
export interface AlternativeName {
  readonly kind: 'DNS' | 'IP' | 'email' | 'URI' | 'other'
  readonly value: string
}

/**
 * Reads `DNS:example.com`, `IP:10.0.0.1`, `email:a@example.com` or `URI:https://example.com/`. Without a kind it is told
 * by the looks. Names of the domain system may be Chinese, and begin with `*.`.
 *
 * @throws CertificateError `alternativeNames`
 */
export function parseAlternativeName(text: string): AlternativeName {
  const [, kind = '', rest = ''] = /^\s*(dns|ip|email|uri):(.*)$/is.exec(text) ?? []
  if (kind !== '') return readers[kind.toLowerCase() as keyof typeof readers](rest.trim())
  const value = text.trim()
  if (isIP(value) !== 0) return readers.ip(value)
  if (value.includes('://')) return readers.uri(value)
  return value.includes('@') ? readers.email(value) : readers.dns(value)
}

const readers = { dns: dnsName, ip: address, email, uri }

function dnsName(value: string): AlternativeName {
  const [wildcard, domain] = value.startsWith('*.') ? ['*.', value.slice(2)] : ['', value]
  const ascii = /^[\x20-\x7e]*$/.test(domain) ? domain : domainToASCII(domain)
  const label = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/
  if (ascii.length > 253 || !ascii.split('.').every((part) => label.test(part)) || isIP(ascii) !== 0)
    throw noName(value, 'a DNS name')
  return { kind: 'DNS', value: wildcard + ascii }
}

function address(value: string): AlternativeName {
  const version = value.includes('%') ? 0 : isIP(value)
  if (version === 0) throw noName(value, 'an IP address')
  // The shortest form of version 6, without dots.
  return { kind: 'IP', value: version === 4 ? value : new URL(`http://[${value}]`).hostname.slice(1, -1) }
}

function email(value: string): AlternativeName {
  const [, domain = ''] = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([^@]+)$/.exec(value) ?? []
  if (domain === '') throw noName(value, 'a mail address')
  return { kind: 'email', value: value.replace(domain, dnsName(domain).value) }
}

function uri(value: string): AlternativeName {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(value) || !URL.canParse(value)) throw noName(value, 'a URI')
  return { kind: 'URI', value: /^[\x21-\x7e]+$/.test(value) ? value : new URL(value).href }
}

const noName = (value: string, kind: string): CertificateError =>
  new CertificateError(
    'alternativeNames',
    `${JSON.stringify(value)} is not ${kind}; alternative names are DNS:…, IP:…, email:… or URI:….`,
  )

/** `DNS:example.com` */
export const formatAlternativeName = ({ kind, value }: AlternativeName): string => `${kind}:${value}`

export function encodeAlternativeName({ kind, value }: AlternativeName): GeneralName {
  if (kind === 'IP') return new GeneralName({ iPAddress: value })
  if (kind === 'email') return new GeneralName({ rfc822Name: value })
  return new GeneralName(kind === 'URI' ? { uniformResourceIdentifier: value } : { dNSName: value })
}

export function decodeAlternativeName(name: GeneralName): AlternativeName {
  if (name.dNSName !== undefined) return { kind: 'DNS', value: name.dNSName }
  if (name.iPAddress !== undefined) return { kind: 'IP', value: name.iPAddress }
  if (name.rfc822Name !== undefined) return { kind: 'email', value: name.rfc822Name }
  if (name.uniformResourceIdentifier !== undefined) return { kind: 'URI', value: name.uniformResourceIdentifier }
  return { kind: 'other', value: Object.keys(name)[0] ?? 'unknown' }
}
