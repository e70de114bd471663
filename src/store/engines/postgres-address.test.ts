import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { postgresAddress } from './postgres-address.ts'

/** What the driver makes of it. */
const taken = (url: string) => {
  const { user, password, host, port, database } = new pg.Client({ connectionString: url })
  return { user, password, host, port, database }
}

test('an address is taken apart where the driver takes it apart', () => {
  for (const [login, user, password] of [
    ['kms:plain', 'kms', 'plain'],
    ['kms:p@ss', 'kms', 'p@ss'],
    ['kms:@@:p@', 'kms', '@@:p@'],
    ['kms:p%40ss%2Fwo%3Frd%23', 'kms', 'p@ss/wo?rd#'],
    ['kms:one,two:5432', 'kms', 'one,two:5432'],
    ['k@ms:p@ss', 'k@ms', 'p@ss'],
  ] as const) {
    const { servers, name } = postgresAddress(`postgres://${login}@one:5433,two:5434/kms?application_name=a%40b`)
    assert.equal(name, 'one:5433,two:5434/kms')
    assert.deepEqual(
      servers.map((server) => [server.name, taken(server.url)]),
      [
        ['one:5433', { user, password, host: 'one', port: 5433, database: 'kms' }],
        ['two:5434', { user, password, host: 'two', port: 5434, database: 'kms' }],
      ],
    )
  }
})

test('nothing of a password is shown, whatever is in it', () => {
  const password = fc.string({ unit: fc.constantFrom('a', '@', ':', ',', '%40', '%2F', '=', '&', '[', ']', ' ', '\n') })
  fc.assert(
    fc.property(password, (text) => {
      const { name, servers, withoutPassword } = postgresAddress(
        `postgresql://kms:${text}@one:5432,[::1]/kms?password=${text.replaceAll('@', '%40')}`,
      )
      assert.equal(withoutPassword, 'postgresql://kms:***@one:5432,[::1]/kms')
      assert.equal(name, 'one:5432,[::1]/kms')
      assert.deepEqual(
        servers.map((server) => server.name),
        ['one:5432', '[::1]'],
      )
    }),
  )
})

test('an address without a password is shown as it is', () => {
  for (const address of ['postgres://one/kms', 'postgres://kms@one:5432,two/kms', 'postgresql://k@ms@one'])
    assert.equal(postgresAddress(address).withoutPassword, address)
})

test('where a password may have been cut in two there is no server, and nothing of it is shown', () => {
  for (const login of [
    'u:5432/rest',
    'u:/rest',
    'u:host/rest',
    'u:part@host/rest',
    'u:part@host?rest',
    'u:5432?re=st',
    'u:part@host#rest',
  ])
    for (const more of ['', '@more'])
      assert.deepEqual(postgresAddress(`postgres://${login}${more}@one,two/kms`), {
        servers: [],
        name: '(address not readable)',
        withoutPassword: 'postgres://…',
      })
})
