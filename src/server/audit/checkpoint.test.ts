import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkpointSigner, checkpointVerifier, splitNotes } from './checkpoint.ts'

const signer = checkpointSigner('keyhaven/test', new Uint8Array(32).fill(1))
const note = signer.sign({ origin: 'keyhaven/test', size: 12, root: new Uint8Array(32).fill(2) })

test('a checkpoint is origin, size and root, an empty line and a signature line', () => {
  const lines = note.split('\n')
  assert.deepEqual(lines.slice(0, 4), ['keyhaven/test', '12', 'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=', ''])
  assert.match(lines[4] ?? '', /^— keyhaven\/test [A-Za-z0-9+/]+=*$/)
  assert.equal(Buffer.from(lines[4]?.split(' ')[2] ?? '', 'base64').length, 4 + 64)
})

test('a checkpoint opens with the key that signed it and says what was signed', () => {
  const opened = checkpointVerifier(signer.verifierKey).open(note)
  assert.equal(opened?.size, 12)
  assert.deepEqual(opened && new Uint8Array(opened.root), new Uint8Array(32).fill(2))
})

test('a checkpoint that was changed anywhere, or signed by another key, does not open', () => {
  const verifier = checkpointVerifier(signer.verifierKey)
  for (const changed of [note.replace('12', '13'), note.replace('AgI', 'AgM'), note.replace('keyhaven/', 'keyhaven-')])
    assert.equal(verifier.open(changed), undefined)
  const other = checkpointSigner('keyhaven/test', new Uint8Array(32).fill(9))
  assert.equal(checkpointVerifier(other.verifierKey).open(note), undefined)
})

test('a verifier key of another program of the same format is read', () => {
  // the example key of the Go documentation of golang.org/x/mod/sumdb/note
  const key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  assert.equal(checkpointVerifier(key).origin, 'PeterNeumann')
  for (const wrong of ['', 'x', key.replace('c74f', 'c74e'), key.replace('ARpc', 'ARpd'), key.slice(0, -4)])
    assert.throws(() => checkpointVerifier(wrong), TypeError)
})

test('notes that follow each other are told apart, and a torn one is left out', () => {
  assert.deepEqual(splitNotes(`\n${note}\n\n${note}\n`), [note, note])
  for (let length = 0; length < note.length - 1; length++)
    assert.deepEqual(splitNotes(`\n${note.slice(0, length)}\n${note}\n`), [note])
})
