import { createPrivateKey, type KeyObject } from 'node:crypto'
import { signAcs3 } from '../wire/acs3-signature.ts'
import { bodyDigest, instanceProtocol, instanceStringToSign, signInstanceRequest } from '../wire/instance-signature.ts'
import { percentEncode } from '../wire/percent.ts'
import type { InstanceCall, InstanceTarget, PublicCall, PublicTarget } from './plan.ts'

/** Writes the next request of a call, head and body. */
export type RequestWriter = () => string | Uint8Array

const userAgent = 'keyhaven-bench'

/** Requests of the OpenAPI gateway: ACS3, parameters in the body, a new nonce each. */
export function publicRequests(target: PublicTarget, call: PublicCall, numbers: () => string): RequestWriter {
  const { host } = new URL(target.origin)
  const form = Object.entries(call.parameters)
  const encode = (number: string): string =>
    form.map(([name, value]) => `${name}=${percentEncode(value.replaceAll('{n}', number))}`).join('&')
  const fixed = form.some(([, value]) => value.includes('{n}')) ? undefined : encode('')
  return () => {
    const nonce = numbers()
    const body = fixed ?? encode(nonce)
    const headers = signAcs3({
      method: 'POST',
      host,
      action: call.operation,
      version: call.version,
      query: [],
      body,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      credentials: target.credentials,
      date: new Date(),
      nonce,
    })
    return `${head({ ...headers, 'user-agent': userAgent }, Buffer.byteLength(body))}${body}`
  }
}

/**
 * Requests of the instance gateway. A signature covers the date to the second, so one serves all requests of a second:
 * an RSA signature for each would measure this machine and not the server, which verifies each all the same.
 */
export function instanceRequests(target: InstanceTarget, call: InstanceCall): RequestWriter {
  const { host } = new URL(target.origin)
  const privateKey = createPrivateKey(target.privateKey)
  const digest = bodyDigest(call.message)
  let [written, request]: [number, Uint8Array] = [-1, call.message]
  return () => {
    const second = Math.floor(Date.now() / 1000)
    if (second !== written) {
      const headers = signed({ host, digest, date: new Date(second * 1000), target, call, privateKey })
      request = Buffer.concat([Buffer.from(head(headers, call.message.length)), call.message])
      written = second
    }
    return request
  }
}

interface InstanceParts {
  readonly host: string
  readonly digest: string
  readonly date: Date
  readonly target: InstanceTarget
  readonly call: InstanceCall
  readonly privateKey: KeyObject
}

function signed({ host, digest, date, target, call, privateKey }: InstanceParts): Readonly<Record<string, string>> {
  const headers = {
    accept: instanceProtocol.contentType,
    host,
    date: date.toUTCString(),
    'user-agent': userAgent,
    'x-kms-apiversion': instanceProtocol.apiVersion,
    'x-kms-apiname': call.operation,
    'x-kms-signaturemethod': instanceProtocol.signatureMethod,
    [instanceProtocol.accessKeyIdHeader]: target.clientKeyId,
    'content-type': instanceProtocol.contentType,
    'content-sha256': digest,
  }
  return {
    ...headers,
    authorization: `Bearer ${signInstanceRequest(instanceStringToSign('POST', headers), privateKey)}`,
  }
}

function head(headers: Readonly<Record<string, string>>, bodyLength: number): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST / HTTP/1.1\r\n${lines.join('')}content-length: ${bodyLength}\r\n\r\n`
}
