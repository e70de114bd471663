import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from '../src/sdk/client.ts'
import { temporaryFolder } from './kit/audit.ts'
import { pagesToRun } from './kit/guides.ts'
import { type Running, runKeyhaven, spawnKeyhaven, startKeyhaven } from './kit/process.ts'
import { startTestServer, type TestServer } from './kit/server.ts'
import { makeToken, nameTokens, softHsmMissing } from './kit/soft-hsm.ts'

let other: TestServer
before(async () => {
  other = await startTestServer()
  await using client = new Client(other)
  const { keyMetadata } = await client.createKey()
  await client.createAlias({ aliasName: 'alias/root-keys', keyId: keyMetadata.keyId })
})
after(() => other.close())

/** What a section of the guide has in blocks of a language. */
function blocks(section: string, language: string): string {
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
    .map(([, text]) => text)
    .join('')
}

interface Surroundings {
  readonly folder: string
  /** what a server prints that is up */
  readonly up?: string
  /** told of what each command printed */
  readonly hear?: (stdout: string) => void
  /** what an operator types */
  readonly type?: () => string
}

/** Runs the commands of a section, with folders of the test in place of those of the guide. */
async function runCommands(section: string, { folder, up, hear, type }: Surroundings): Promise<number> {
  const here = (text: string): string => text.replaceAll(/\/(?=(?:etc|run|var\/lib)\/keyhaven)/g, `${folder}/`)
  const commands = blocks(section, 'sh').match(/^keyhaven .*$/gm) ?? []
  let server: Running | undefined
  for (const command of commands) {
    const [, ...words] = here(command).replace(/ #.*$/, '').trim().split(/\s+/)
    if (words[0] === 'server') server = await startKeyhaven(words, {}, up)
    else {
      const isTyped = type && words[0] === 'unseal' && !words.includes('--reset')
      const { status, stdout, stderr } = await (isTyped
        ? spawnKeyhaven(words, { input: `${type()}\n` })
        : runKeyhaven(words))
      assert.equal(status, 0, `${command}: ${stderr}`)
      hear?.(stdout)
    }
  }
  assert.equal((await server?.stop())?.status, 0)
  return commands.length
}

describe('every command of the guide to seals works, in its order', () => {
  for (const page of pagesToRun('seals')) {
    const sections = readFileSync(join(import.meta.dirname, '../docs/guides', page), 'utf8').split(/^## /m)
    const sectionWith = (text: string): string => sections.find((section) => section.includes(text)) ?? ''

    test(`${page}: another KMS`, async (t) => {
      const folder = temporaryFolder(t)
      mkdirSync(join(folder, 'etc/keyhaven'), { recursive: true })
      const section = sectionWith('"kind": "kms"')
      const sealFile = blocks(section, 'json')
        .replace('https://kms.example.com:8443', other.endpoint)
        .replace('LTAI…', other.accessKeyId)
        .replace('"…"', JSON.stringify(other.accessKeySecret))
      writeFileSync(join(folder, 'etc/keyhaven/kms.json'), sealFile, { mode: 0o600 })
      copyFileSync(other.caFile, join(folder, 'etc/keyhaven/kms-ca.pem'))
      assert.equal(await runCommands(section, { folder }), 7)
    })

    test(`${page}: a hardware module`, { skip: softHsmMissing }, async (t) => {
      const folder = temporaryFolder(t)
      const { library, pin } = makeToken(folder)
      mkdirSync(join(folder, 'etc/keyhaven'), { recursive: true })
      const section = sectionWith('"kind": "pkcs11"')
      const sealFile = blocks(section, 'json').replace('/usr/lib/softhsm/libsofthsm2.so', library)
      writeFileSync(join(folder, 'etc/keyhaven/hsm.json'), sealFile, { mode: 0o600 })
      writeFileSync(join(folder, 'etc/keyhaven/hsm-pin'), pin, { mode: 0o600 })
      assert.equal(await runCommands(section, { folder }), 5)
    })

    test(`${page}: HSM drill`, { skip: softHsmMissing }, async (t) => {
      const folder = temporaryFolder(t)
      const tokens = join(folder, 'var/lib/softhsm/tokens')
      for (const path of ['etc/keyhaven', 'backup', 'var/lib/softhsm/tokens'])
        mkdirSync(join(folder, path), { recursive: true })
      const { library, pin } = nameTokens(join(folder, 'softhsm2.conf'), tokens)
      const sealFile = blocks(sectionWith('"kind": "pkcs11"'), 'json')
      const content = sealFile.replace('/usr/lib/softhsm/libsofthsm2.so', library)
      writeFileSync(join(folder, 'etc/keyhaven/hsm.json'), content, { mode: 0o600 })
      writeFileSync(join(folder, 'etc/keyhaven/hsm-pin'), pin, { mode: 0o600 })
      const here = (text: string): string => text.replaceAll(/\/(?=(?:etc\/keyhaven|var\/lib|backup)\/)/g, `${folder}/`)
      const told: string[] = []
      let server: Running | undefined
      const lines = blocks(sectionWith('softhsm2-util'), 'sh').trim().split('\n')
      for (const line of lines) {
        const [program = '', ...words] = here(line.replace(/ #.*$/, '')).trim().split(/\s+/)
        if (program !== 'keyhaven') {
          const pins = program === 'softhsm2-util' ? ['--so-pin', '5938472', '--pin', pin] : []
          execFileSync(program, [...words, ...pins], { stdio: 'pipe' })
        } else if (words[0] === 'server') {
          server = await startKeyhaven(words, {}, 'Keyhaven is sealed')
        } else {
          const isBack = existsSync(tokens)
          while (server && isBack && !server.output().stderr.includes('"unsealed"')) await wait(20)
          const { status, stdout, stderr } = await runKeyhaven(words)
          assert.equal(status, 0, `${line}: ${stderr}`)
          if (words[0] === 'status') told.push(stdout)
        }
      }
      assert.match(told[0] ?? '', /^state +sealed$[\s\S]*The token keyhaven cannot be asked/m)
      assert.match(told[1] ?? '', /^state +unsealed$/m)
      assert.equal((await server?.stop())?.status, 0)
    })

    test(`${page}: shares`, async (t) => {
      const folder = temporaryFolder(t)
      mkdirSync(join(folder, 'run/keyhaven'), { recursive: true })
      const section = sectionWith('--threshold')
      const shares: string[] = []
      const told: string[] = []
      const hear = (stdout: string): void => {
        const printed = [...stdout.matchAll(/KHS1-\S+/g)].map(([share]) => share)
        if (printed.length === 5) {
          shares.push(...printed)
          writeFileSync(join(folder, 'run/keyhaven/shares'), printed.join('\n'), { mode: 0o600 })
        }
        const [, state = ''] = /^state +(\S+)/m.exec(stdout) ?? []
        const [, given = ''] = /^shares +(.+)/m.exec(stdout) ?? []
        told.push(`${state} ${given}`.trim())
      }
      const type = (): string => shares.shift() ?? ''
      assert.equal(await runCommands(section, { folder, up: 'Keyhaven is sealed', hear, type }), 8)
      const wanted = ['sealed 1 of 3', 'sealed', 'sealed 1 of 3', 'sealed 2 of 3', 'unsealed']
      assert.deepEqual(told.filter(Boolean).slice(0, 5), wanted)
    })
  }
})
