import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command } from 'commander'
import { keyhaven } from '../../test/kit/cli.ts'
import { isDangerous } from './asking.ts'
import { wholeProgram } from './program.ts'

/* What holds of every command, whoever adds one. */
const program = await wholeProgram()

interface Found {
  readonly command: Command
  /** the words that call it */
  readonly words: readonly string[]
}

function* within(command: Command, before: readonly string[]): Generator<Found> {
  for (const inner of command.commands) {
    const words = [...before, inner.name()]
    yield { command: inner, words }
    yield* within(inner, words)
  }
}

const all = [...within(program, [])]
/** they hand their words to the server's own code, or take the wire's */
const passingOn: ReadonlySet<string> = new Set([
  ...['server', 'start', 'init', 'reseal', 'backup', 'restore', 'rotate-root-key', 'kms', 'ram', 'sts'],
])
const own = all.filter(({ words: [first = ''] }) => !passingOn.has(first))
/** `bench` measures by itself, too, and `import` takes a file. */
const isFamily = ({ command }: Found): boolean =>
  command.commands.length > 0 && !['bench', 'import'].includes(command.name())

describe('every command', () => {
  test('says what it does, and what each of its words and options is', () => {
    for (const { command, words } of all) {
      const path = words.join(' ')
      assert.notEqual(command.description(), '', path)
      for (const { description, long, hidden } of command.options)
        if (!hidden) assert.notEqual(description, '', `${path} ${long}`)
      for (const argument of command.registeredArguments)
        assert.notEqual(argument.description, '', `${path} ${argument.name()}`)
    }
  })

  test('has help, with status 0', async () => {
    for (const { words } of all) {
      const { status, out, err } = await keyhaven([...words, '--help'])
      assert.deepEqual([status, err], [0, ''], words.join(' '))
      assert.match(out, /Usage: keyhaven |keyhaven \w+ <Operation>|^\w+ {2,}/, words.join(' '))
    }
  })

  test('that only gathers others names them when it is called alone', async () => {
    const families = own.filter(isFamily)
    assert.ok(families.length > 20)
    for (const { command, words } of families) {
      const { status, err } = await keyhaven(words)
      assert.equal(status, 2)
      const names = command.commands.map((inner) => inner.name()).join(', ')
      assert.ok(err.includes(`needs one of ${names}`), err)
    }
  })

  test('suggests the word or option that was probably meant, with status 2', async () => {
    // What is missing is told first.
    const withOptions = own.filter(({ command }) => !command.options.some(({ mandatory }) => mandatory))
    for (const { command, words } of withOptions) {
      const longs = command.options.map(({ long }) => long ?? '').filter((each) => each.length > 6)
      const [long] = longs
      if (long === undefined) continue
      const { status, err } = await keyhaven([...words, `${long.slice(0, -1)}q`])
      assert.equal(status, 2, words.join(' '))
      assert.match(err, /^keyhaven: usage: .*[Dd]id you mean /, words.join(' '))
    }
    for (const { command, words } of own.filter(isFamily)) {
      const name = command.commands.map((inner) => inner.name()).find((each) => each.length > 3)
      if (name === undefined) continue
      const { status, err } = await keyhaven([...words, `${name.slice(0, -1)}q`])
      assert.equal(status, 2)
      assert.match(err, /[Dd]id you mean /, words.join(' '))
    }
  })

  test('prints as it is told, and refuses a form that there is not before it does anything', async () => {
    for (const { words } of own.filter((found) => !isFamily(found))) {
      const { status, err } = await keyhaven([...words, '--output', 'xml'])
      assert.equal(status, 2, words.join(' '))
      assert.match(err, /^keyhaven: usage: .*--output <form>.* is invalid/, words.join(' '))
    }
  })

  test('that takes something away for good asks, unless it is told not to, and can only say what it would do', () => {
    const dangerous = all.filter(({ command }) => isDangerous(command))
    assert.ok(dangerous.length > 8)
    for (const { command, words } of dangerous) {
      const names = command.options.map(({ long }) => long)
      for (const name of ['--yes', '--dry-run']) assert.ok(names.includes(name), `${words.join(' ')} ${name}`)
    }
    const verbs = all
      .map(({ words }) => words.at(-1) ?? '')
      .filter((word) => /^(?:delete|destroy|purge|erase)/.test(word))
    assert.equal(verbs.length, dangerous.length)
  })
})
