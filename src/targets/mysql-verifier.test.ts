import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysqlVerifier } from './mysql-verifier.ts'
import { sha256Crypt } from './sha256-crypt.ts'

const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index)

test('a native verifier is the one that the manual of MySQL shows', () => {
  // Reference manual 5.7, "Password Hashing in MySQL": select password('mypass')
  const verifier = mysqlVerifier('mysql_native_password', 'mypass', counting)
  assert.equal(verifier, '*6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4')
})

test('a hash is the one of crypt(3)', () => {
  // As "openssl passwd -5" prints them. The first two are of the specification's own tests.
  const vectors: readonly (readonly [password: string, salt: string, rounds: number, hash: string])[] = [
    ['Hello world!', 'saltstring', 5000, '5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
    ['Hello world!', 'saltstringsaltst', 10000, '3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA'],
    [
      'a much longer text than one digest has, by far, really longer',
      ...(['saltstring', 5000, 'oiYQ7oXGhCao1dJA7GN/b.6T9G459A6RyKHh.qKuW68'] as const),
    ],
  ]
  for (const [password, salt, rounds, hash] of vectors) assert.equal(sha256Crypt(password, salt, rounds), hash)
})

test('a caching_sha2_password verifier has a salt of 20 characters, which crypt(3) does not know', () => {
  // MySQL 9.7 accepted the password "Hello" against this one.
  const verifier = mysqlVerifier('caching_sha2_password', 'Hello', counting)
  assert.equal(verifier, '$A$005$./ABCDEFGHIJKLMNOPQRDWxuFQtdEfRpwRpsrI7RAotQ.KQrqmCbkSC3tHKRNvC')
})
