// A rotation hook for the password of a Redis account (ACL SETUSER). Reads a request as JSON from standard input, answers
// JSON on standard output; see docs/guides/secrets.md. CustomData of the secret: Endpoint, Port, AdminSecret (a secret
// with "username" and "password"), Hook.
//
// Whoever may create secrets decides what CustomData says, so the servers are named here as well, as arguments of the
// command: node redis-acl-hook.mjs redis.internal:6379
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

const { action, config, next, value, admin } = JSON.parse(await text(process.stdin))
const { Endpoint: host = '127.0.0.1', Port: port = '6379' } = config.CustomData ?? {}
if (!process.argv.slice(2).includes(`${host}:${port}`)) {
  console.error('The Redis server of this secret is not one of those that the command names.')
  process.exit(1)
}

/** Sends commands one after the other and returns the first line of each answer. */
async function redis(...commands) {
  const socket = connect(Number(port), host)
  await once(socket, 'connect')
  const answers = []
  for (const words of commands) {
    const request = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')
    socket.write(`*${words.length}\r\n${request}`)
    const [answer] = await once(socket, 'data')
    answers.push(String(answer).split('\r\n', 1)[0])
  }
  socket.end()
  return answers
}

const login = ({ AccountName, AccountPassword, username = AccountName, password = AccountPassword }) => [
  ...['AUTH', username, password],
]

if (action === 'set') {
  const { AccountName, AccountPassword } = JSON.parse(next)
  // Redis keeps the SHA-256 of a password, and takes it in its place: the password itself is in no log of commands.
  const hash = createHash('sha256').update(AccountPassword).digest('hex')
  const rights = config.AccountPrivilege === 'RoleReadOnly' ? ['+@read'] : ['+@all', '-@admin', '-@dangerous']
  const user = ['ACL', 'SETUSER', AccountName, 'on', 'resetpass', `#${hash}`, '~*', '&*', ...rights]
  const answers = await redis(login(JSON.parse(admin)), user)
  if (answers.some((answer) => answer !== '+OK')) process.exit(1)
}
if (action === 'test') {
  const [answer] = await redis(login(JSON.parse(value)))
  if (answer !== '+OK' && !answer.startsWith('-WRONGPASS')) process.exit(1)
  process.stdout.write(JSON.stringify({ accepted: answer === '+OK' }))
}
