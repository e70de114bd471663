import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseProxyHeader } from './proxy-protocol.ts'

const signature = '0d0a0d0a000d0a515549540a'
const four = 'c000020ac0000201ea60 01bb'.replace(' ', '')
const six = `20010db8${'0'.repeat(22)}01${'20010db8'}${'0'.repeat(22)}02ea6001bb`
/** Version 2: command, family, then what the block holds. */
const binary = (head: string, block: string): Buffer =>
  Buffer.from(`${signature}${head}${(block.length / 2).toString(16).padStart(4, '0')}${block}`, 'hex')

const headers: Readonly<Record<string, { readonly bytes: Buffer; readonly source: string | undefined }>> = {
  'version 1, IPv4': { bytes: Buffer.from('PROXY TCP4 192.0.2.10 192.0.2.1 60000 443\r\n'), source: '192.0.2.10' },
  'version 1, IPv6': {
    bytes: Buffer.from('PROXY TCP6 2001:DB8:0::1 2001:db8::2 60000 443\r\n'),
    source: '2001:db8::1',
  },
  'version 1, IPv4 in IPv6': { bytes: Buffer.from('PROXY TCP6 ::ffff:c000:20a ::1 1 2\r\n'), source: '192.0.2.10' },
  'version 1, unknown': { bytes: Buffer.from('PROXY UNKNOWN\r\n'), source: undefined },
  'version 1, unknown with addresses': {
    bytes: Buffer.from('PROXY UNKNOWN 192.0.2.10 192.0.2.1 60000 443\r\n'),
    source: undefined,
  },
  'version 2, IPv4': { bytes: binary('2111', four), source: '192.0.2.10' },
  'version 2, IPv4 with extensions': { bytes: binary('2111', `${four}040001aa`), source: '192.0.2.10' },
  'version 2, IPv6': { bytes: binary('2121', six), source: '2001:db8::1' },
  'version 2, for itself': { bytes: binary('2000', ''), source: undefined },
  'version 2, for itself with addresses': { bytes: binary('2011', four), source: undefined },
  'version 2, unknown family': { bytes: binary('2100', '00'), source: undefined },
  'version 2, a UNIX socket': { bytes: binary('2131', '00'.repeat(216)), source: undefined },
}

const malformed: Readonly<Record<string, Buffer>> = {
  'a request': Buffer.from('GET / HTTP/1.1\r\n'),
  TLS: Buffer.from('1603010200', 'hex'),
  'another family': Buffer.from('PROXY UDP4 192.0.2.10 192.0.2.1 60000 443\r\n'),
  'an address of the other family': Buffer.from('PROXY TCP4 ::1 192.0.2.1 60000 443\r\n'),
  'an address with a leading zero': Buffer.from('PROXY TCP4 192.0.2.010 192.0.2.1 60000 443\r\n'),
  'a zone': Buffer.from('PROXY TCP6 fe80::1%eth0 ::1 60000 443\r\n'),
  'a port beyond all': Buffer.from('PROXY TCP4 192.0.2.10 192.0.2.1 65536 443\r\n'),
  'a missing port': Buffer.from('PROXY TCP4 192.0.2.10 192.0.2.1 60000\r\n'),
  'two spaces': Buffer.from('PROXY  TCP4 192.0.2.10 192.0.2.1 60000 443\r\n'),
  'small letters': Buffer.from('proxy TCP4 192.0.2.10 192.0.2.1 60000 443\r\n'),
  'a line without end': Buffer.from(`PROXY UNKNOWN ${'x'.repeat(200)}\r\n`),
  'a line feed alone': Buffer.from(`PROXY UNKNOWN\n${'x'.repeat(107)}`),
  'version 3': binary('3111', four),
  'another command': binary('2211', four),
  UDP: binary('2112', four),
  'a block too short': binary('2111', four.slice(2)),
  'a block too short for IPv6': binary('2121', four),
  'a block without end': binary('2111', 'aa'.repeat(4097)),
}

describe('PROXY headers', () => {
  for (const [what, { bytes, source }] of Object.entries(headers)) {
    test(`${what}: understood when it is whole, whatever follows`, () => {
      const more = Buffer.concat([bytes, Buffer.from('GET / HTTP/1.1\r\n')])
      for (let length = 0; length < bytes.length; length++)
        assert.equal(parseProxyHeader(more.subarray(0, length)), undefined)
      for (const whole of [bytes, more]) assert.deepEqual(parseProxyHeader(whole), { length: bytes.length, source })
    })
  }

  for (const [what, bytes] of Object.entries(malformed))
    test(`${what}: refused`, () => assert.throws(() => parseProxyHeader(bytes), RangeError))

  test('any other bytes are refused or awaited, in no other way', () => {
    const [v1 = Buffer.alloc(0), v2 = Buffer.alloc(0)] = [headers['version 1, IPv4'], headers['version 2, IPv6']].map(
      (header) => header?.bytes,
    )
    const damaged = fc.tuple(fc.constantFrom(v1, v2), fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(damaged, fc.uint8Array({ maxLength: 300 }), ([good, at, byte], tail) => {
        const bytes = Buffer.concat([good, tail])
        bytes[at % good.length] = byte
        try {
          const found = parseProxyHeader(bytes)
          assert.ok(found === undefined || found.length <= bytes.length)
        } catch (error) {
          assert.ok(error instanceof RangeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
