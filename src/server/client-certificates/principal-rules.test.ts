import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CertificateNames } from './certificate-names.ts'
import { parsePrincipalRules, principalsFor } from './principal-rules.ts'

const sha256 = '0f'.repeat(32)
const nameless: CertificateNames = { uri: [], dns: [], email: [], commonName: [], sha256 }

function principals(rules: unknown, names: Partial<CertificateNames>): readonly string[] {
  return principalsFor(parsePrincipalRules(JSON.stringify(rules)), { ...nameless, ...names })
}

test('a rule names a certificate by one of its names, or by its fingerprint', () => {
  for (const [rule, names] of [
    [{ uri: 'spiffe://a/b' }, { uri: ['spiffe://other', 'spiffe://a/b'] }],
    [{ dns: 'Host.Example.org' }, { dns: ['host.example.ORG'] }],
    [{ email: 'me@example.org' }, { email: ['me@example.org'] }],
    [{ commonName: 'backup' }, { commonName: ['backup'] }],
    [{ sha256 }, {}],
    [{ sha256: sha256.toUpperCase().replace(/..(?!$)/g, '$&:') }, {}],
  ] as const) {
    assert.deepEqual(principals([{ ...rule, principals: ['user/a', 'role/b'] }], names), ['user/a', 'role/b'])
    assert.deepEqual(principals([{ ...rule, principals: ['user/a'] }], { sha256: '' }), [])
  }
})

test('a name of one kind is none of another', () => {
  assert.deepEqual(principals([{ dns: 'backup', principals: ['user/a'] }], { commonName: ['backup'] }), [])
})

test('the first rule that fits counts', () => {
  const rules = [
    { dns: 'b.example', principals: ['user/b'] },
    { dns: '*.example', principals: ['user/*'] },
  ]
  assert.deepEqual(principals(rules, { dns: ['a.example', 'b.example'] }), ['user/b'])
  assert.deepEqual(principals(rules, { dns: ['a.example'] }), ['user/a'])
})

test('a * stands for one part of a name, and the principal takes what it stands for', () => {
  for (const [rule, names, expected] of [
    [{ uri: 'spiffe://a/*/x' }, { uri: ['spiffe://a/b/x'] }, ['user/b']],
    [{ uri: 'spiffe://a/*' }, { uri: ['spiffe://a/b/x'] }, []],
    [{ uri: 'spiffe://a/*' }, { uri: ['spiffe://a/'] }, []],
    [{ uri: 'aa*aa' }, { uri: ['aaa'] }, []],
    [{ dns: '*.example' }, { dns: ['a.b.example'] }, []],
    [{ email: '*@example.org' }, { email: ['me@example.org'] }, ['user/me']],
    [{ email: 'me@*' }, { email: ['me@example.org'] }, ['user/example.org']],
    [{ commonName: '*' }, { commonName: ['a b'] }, ['user/a b']],
    [{ commonName: '*' }, { commonName: ["$&$'"] }, ["user/$&$'"]],
  ] as const)
    assert.deepEqual(principals([{ ...rule, principals: ['user/*'] }], names), expected)
  // Everybody is everybody, whatever the * of the name stands for.
  assert.deepEqual(principals([{ commonName: '*', principals: ['*'] }], { commonName: ['a'] }), ['*'])
})

test('what is no rule is named', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{}, /^the file Expected array/],
    [[], /^the file .*at least 1/],
    [[{ principals: ['user/a'] }], /^0 needs one of uri, dns, email, commonName, sha256$/],
    [[{ uri: 'a', dns: 'b', principals: ['user/a'] }], /^0 needs one of/],
    [[{ uri: 'a', principals: [] }], /^0\.principals /],
    [[{ uri: 'a', principals: ['group/a'] }], /^0\.principals\.0 is none of user\/…/],
    [[{ uri: 'a', principals: ['user/*'] }], /^0\.principals\.0 has a \* for which there is none in uri$/],
    [[{ uri: '*a*', principals: ['user/a'] }], /^0\.uri has more than one \*$/],
    [[{ sha256: 'ab', principals: ['user/a'] }], /^0\.sha256 is no SHA-256 fingerprint/],
    [[{ url: 'a', principals: ['user/a'] }], /^0 Unrecognized key/],
  ]
  for (const [rules, message] of wrong)
    assert.throws(() => parsePrincipalRules(JSON.stringify(rules)), { name: 'RangeError', message })
  assert.throws(() => parsePrincipalRules('no'), { name: 'RangeError', message: 'the file is not JSON' })
})
