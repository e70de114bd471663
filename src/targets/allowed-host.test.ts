import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAllowedHost } from './allowed-host.ts'
import { newPassword } from './new-password.ts'

test('only what the operator names may be connected to', () => {
  const allowed = ['db.internal:5432', '10.0.0.0/8:5432', '[fd00::]/8:5432', '[::1]:6000', 'any.internal:*']
  const cases: readonly (readonly [host: string, port: number, isAllowed: boolean])[] = [
    ['db.internal', 5432, true],
    ['DB.INTERNAL', 5432, true],
    ['db.internal', 5433, false],
    ['db.internal.evil', 5432, false],
    ['10.1.2.3', 5432, true],
    ['11.1.2.3', 5432, false],
    ['10.1.2.3.evil', 5432, false],
    ['::1', 6000, true],
    ['any.internal', 1, true],
    ['', 5432, false],
  ]
  for (const [host, port, isAllowed] of cases)
    assert.equal(isAllowedHost(allowed, host, port), isAllowed, `${host}:${port}`)
  assert.equal(isAllowedHost([], 'localhost', 5432), false)
})

test('a password has letters of both cases and digits, each place as likely any of them', () => {
  const counts = new Map<string, number>()
  for (let round = 0; round < 500; round++) {
    const password = newPassword((length) => crypto.getRandomValues(new Uint8Array(length)))
    assert.match(password, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{32}$/)
    for (const character of password) counts.set(character, (counts.get(character) ?? 0) + 1)
  }
  assert.equal(counts.size, 62)
  // 16,000 characters: 258 of each are expected, with a standard deviation of 16.
  for (const [character, count] of counts) assert.ok(Math.abs(count - 258) < 110, `${character}: ${count}`)
})
