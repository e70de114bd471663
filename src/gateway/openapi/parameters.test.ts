import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KmsError } from '../../core/errors.ts'
import { percentEncode } from '../../wire/percent.ts'
import type { HttpRequest } from '../http.ts'
import { readParameters } from './parameters.ts'

const form = 'application/x-www-form-urlencoded'
const request = (target: string, body = '', contentType = form, method = 'POST'): HttpRequest => ({
  method,
  target,
  headers: new Map([['content-type', [contentType]]]),
  body: Buffer.from(body, 'utf8'),
  sourceAddress: '127.0.0.1',
  secureTransport: true,
})
const refuses = (made: HttpRequest, code: string): void => {
  assert.throws(
    () => readParameters(made),
    (error) => error instanceof KmsError && error.code === code,
  )
}

describe('parameters of a request', () => {
  test('query and form are read together, and the query also by itself', () => {
    const { all, query } = readParameters(request('/?Action=Encrypt&A=%E4%B8%AD+x', 'B=1&C='))
    assert.deepEqual(
      [...all],
      [
        ['Action', 'Encrypt'],
        ['A', '中 x'],
        ['B', '1'],
        ['C', ''],
      ],
    )
    assert.deepEqual(query, [
      ['Action', 'Encrypt'],
      ['A', '中 x'],
    ])
  })

  test('the media type of a form may carry a charset and any letter case', () => {
    assert.equal(readParameters(request('/', 'A=1', 'Application/X-WWW-form-urlencoded; charset=UTF-8')).all.size, 1)
    assert.equal(readParameters(request('/', '{"A":1}', 'application/json')).all.size, 0)
  })

  test('a GET may carry a form, and empty pairs mean nothing', () => {
    assert.equal(readParameters(request('/?&A=1&&B=2&', 'C=3', form, 'GET')).all.size, 3)
    assert.equal(readParameters(request('/?')).all.size, 0)
  })

  test('a name that occurs twice is refused wherever the two are', () => {
    for (const [target, body] of [
      ['/?A=1&A=1', ''],
      ['/?A=1', 'A=2'],
      ['/', 'A=1&B=2&%41=3'],
      ['/?A&A=', ''],
    ] as const) {
      refuses(request(target, body), 'InvalidParameter')
    }
  })

  test('only a plausible name of a repeated parameter is repeated in the error', () => {
    refuses(request('/?%3Cscript%3E=1&%3Cscript%3E=1'), 'ParseRequestParameterException')
  })

  test('what cannot be decoded is refused', () => {
    for (const bad of ['A=%', 'A=%zz', '%ff=1', '=1', 'A=%c3', `${'N'.repeat(129)}=1`]) {
      refuses(request(`/?${bad}`), 'ParseRequestParameterException')
      refuses(request('/', bad), 'ParseRequestParameterException')
    }
    refuses(request('/', 'A=中'), 'ParseRequestParameterException')
  })

  test('number and size of parameters are limited', () => {
    const many = (count: number): string => Array.from({ length: count }, (_, index) => `P${index}=1`).join('&')
    assert.equal(readParameters(request('/', many(200))).all.size, 200)
    refuses(request('/', many(201)), 'ParseRequestParameterException')
    assert.equal(readParameters(request('/', `A=${'x'.repeat(65_536)}`)).all.size, 1)
    refuses(request('/', `A=${'x'.repeat(65_537)}`), 'RequestEntityTooLarge')
    refuses(request('/', `A=${'%41'.repeat(90_000)}`), 'RequestEntityTooLarge')
  })

  test('other methods and paths are refused', () => {
    refuses(request('/', '', form, 'PUT'), 'UnsupportedHTTPMethod')
    refuses(request('/other?A=1'), 'InvalidAction.NotFound')
    refuses(request('http://host/?A=1'), 'InvalidAction.NotFound')
  })

  test('whatever is encoded comes back', () => {
    const entries = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(entries, (values) => {
        const pairs = Object.entries(values)
        const text = pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&')
        assert.deepEqual([...readParameters(request('/', text)).all], pairs)
      }),
    )
  })

  test('any text is read or refused with a parameter error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (query, body) => {
          try {
            readParameters(request(`/?${query}`, body))
          } catch (error) {
            assert.ok(error instanceof KmsError && error.status < 500)
          }
        },
      ),
    )
  })
})
