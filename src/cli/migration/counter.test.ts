import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter } from './counter.ts'

const shownOn = (sink: { readonly isTTY?: boolean; readonly columns?: number }): string => {
  let text = ''
  const counter = new Counter({ ...sink, write: (chunk) => (text += chunk) })
  counter.show('keys made:', 12, 340)
  counter.clear()
  counter.clear()
  return text
}

test('a terminal shows in one line how far it is, and is left empty', () => {
  assert.equal(shownOn({ isTTY: true, columns: 80 }), '\rkeys made: 12 of 340\u001b[K\r\u001b[K')
})

test('nothing is written elsewhere, nor what does not fit', () => {
  assert.equal(shownOn({}), '')
  assert.equal(shownOn({ isTTY: true, columns: 10 }), '')
})
