import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scramVerifier } from './scram.ts'

test('a verifier is the one that RFC 7677 section 3 proves a password with', () => {
  // The exchange there: user "user", password "pencil", salt and count as given, and the proofs that both sides send.
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const [, stored = '', server = ''] = /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$([^:]+):(.+)$/.exec(
    scramVerifier('pencil', salt),
  ) ?? ['']
  assert.equal(stored, 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=')
  assert.equal(server, 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=')
})
