import type { Random } from './random.ts'

const texts = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1',
    '366',
    '99999999999999999999',
    '1e9',
    'NaN',
    'true',
    'False',
    'null',
    '{}',
    '[]',
    '[[]]',
    '{"a":1}',
  ],
  ...[
    '"',
    '\0',
    '\ud800',
    '\u{1f511}',
    'é',
    '../..',
    '*',
    'key/*',
    'alias/',
    'alias/x',
    'acs:kms:*:*:key/*',
    'acs:ram::1:root',
  ],
  ...['__proto__', 'constructor', '%00', '%', 'AAAA', '====', 'AES_GCM', 'SM2PKE', 'x'.repeat(300), 'A'.repeat(9000)],
  ...[
    '{"Version":"1","Statement":[]}',
    '[{"TagKey":"__proto__","TagValue":"x"}]',
    '2030-02-30T00:00:00Z',
    '7d',
    '365d',
  ],
]
const maps = ['{"__proto__":"x"}', '{"a":"b","a":"c"}', '{"":""}', `{"${'k'.repeat(3000)}":"v"}`, '{"a":{"b":{"c":1}}}']

/** Another text in place of this one: something known to be awkward, or the same with a part of it damaged. */
export function mutatedText(random: Random, text: string, known: readonly string[]): string {
  const at = random.below(text.length + 1)
  switch (random.below(7)) {
    case 0:
      return random.of(texts)
    case 1:
      return random.of(maps)
    case 2:
      return random.of(known.length > 0 ? known : texts)
    case 3:
      return text.slice(0, at) + random.of(texts) + text.slice(at)
    case 4:
      return text.slice(0, at) + text.slice(at + 1 + random.below(8))
    case 5:
      return random.bytes(random.below(40)).toString('base64')
    default:
      return text.slice(0, at) + String.fromCharCode(32 + random.below(95)) + text.slice(at + 1)
  }
}

/** Parameters of a call that would be understood, some of them changed, left out, added or exchanged. */
export function mutatedParameters(
  random: Random,
  valid: Readonly<Record<string, string>>,
  fields: readonly string[],
): Record<string, string> {
  const made = { ...valid }
  const names = [...Object.keys(valid), ...fields]
  for (let count = 1 + random.below(3); count > 0 && names.length > 0; count--) {
    const name = random.of(names)
    if (random.below(6) === 0) delete made[name]
    else if (random.below(8) === 0)
      made[`${name}.${random.of(['1', '0', '2', '1.Key', '1.Value', '99999'])}`] = random.of(texts)
    else made[name] = mutatedText(random, made[name] ?? '', Object.values(valid))
  }
  // A lone surrogate has no UTF-8 form, so that nobody could send it.
  return Object.fromEntries(Object.entries(made).map(([name, value]) => [name, value.toWellFormed()]))
}

export function mutatedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const made = Buffer.from(bytes)
  const at = random.below(made.length + 1)
  switch (random.below(5)) {
    case 0:
      return made.subarray(0, at)
    case 1:
      return Buffer.concat([made.subarray(0, at), random.bytes(1 + random.below(20)), made.subarray(at)])
    case 2:
      return random.bytes(random.below(200))
    case 3:
      return Buffer.concat([made, made])
    default:
      for (let count = 1 + random.below(3); count > 0 && made.length > 0; count--)
        made[random.below(made.length)] = random.below(256)
      return made
  }
}
