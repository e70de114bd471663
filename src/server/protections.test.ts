import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { missingProtections } from './protections.ts'

const program = `const { missingProtections } = await import('${join(import.meta.dirname, 'protections.ts')}')
  console.log(JSON.stringify(missingProtections()))`

function missing(flags: readonly string[], env: Record<string, string> = {}): string[] {
  const words = [...flags, '--input-type=module', '-e', program]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', env }))
}

test('protections that flags bring about are missing without them, and not with them', () => {
  const bare = missing([], { NODE_OPTIONS: '--no-deprecation' }).join('\n')
  assert.match(bare, /--disable-sigusr1/)
  assert.match(bare, /--secure-heap/)
  assert.match(bare, /NODE_OPTIONS is set/)
  const hardened = missing(['--disable-sigusr1', '--secure-heap=33554432']).join('\n')
  assert.doesNotMatch(hardened, /sigusr1|secure-heap|NODE_OPTIONS/)
  assert.match(missing(['--secure-heap=65536']).join('\n'), /full with 36 open keys, and then no call succeeds/)
})

test('swap that its control group keeps it from is none', () => {
  const missingWith = (most: string, group = '0::/system.slice/keyhaven.service\n') => {
    const files: Readonly<Record<string, string>> = {
      '/proc/meminfo': 'MemTotal: 16 kB\nSwapTotal:      8 kB\n',
      '/proc/self/cgroup': group,
      '/sys/fs/cgroup/system.slice/keyhaven.service/memory.swap.max': `${most}\n`,
    }
    return missingProtections((path) => files[path] ?? '').join('\n')
  }
  assert.match(missingWith('max'), /swap is on/)
  assert.match(missingWith('0', ''), /swap is on/)
  assert.doesNotMatch(missingWith('0'), /swap is on/)
})
