import { randomInt } from 'node:crypto'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const marks = '~!@#$%^&*?_-'
const length = 32

/** A password that CreateClientKey takes: of letters, digits and marks, each of which occurs; over 190 random bits. */
export function newPassword(): string {
  for (;;) {
    const text = Array.from({ length }, () => pick(letters + digits + marks)).join('')
    if ([letters, digits, marks].every((kind) => [...text].some((character) => kind.includes(character)))) return text
  }
}

const pick = (alphabet: string): string => alphabet.charAt(randomInt(alphabet.length))
