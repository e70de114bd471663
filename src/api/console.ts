import { boolean, integer, list, object, optional, string, withDefault } from './field.ts'
import { pageNumber, pageOut, pageSize } from './key-fields.ts'
import { define, keyhavenApi } from './operation.ts'

const sessionId = string('id of the session; not what opens it', { pattern: /^[0-9a-f]{64}$/ })
const time = (what: string) => string(`${what}, \`yyyy-MM-ddTHH:mm:ssZ\` in UTC`)

const ownSession = {
  SessionId: sessionId,
  Arn: string('who is signed in'),
  AccountId: string('account of who is signed in'),
  AccessKeyId: string('AccessKey that signed in; empty for nobody'),
  IdleSeconds: integer('how long the session lives without a call'),
  ExpireTime: time('when the session ends at the latest'),
  Withheld: list('operations that are withheld from the console, as `consoleDeny` writes them', string('')),
}

export const CreateConsoleSession = define(
  'CreateConsoleSession',
  'Signs in to the console: opens a session for a browser, which gets it as a cookie. Only from a page of the console.',
  {},
  ownSession,
  { api: keyhavenApi, resource: 'none', actions: [], mutates: true, access: 'look' },
)

export const GetConsoleSession = define(
  'GetConsoleSession',
  'Tells who is signed in to the console, of the session that asks.',
  {},
  ownSession,
  { api: keyhavenApi, resource: 'none', actions: [] },
)

export const DeleteConsoleSession = define(
  'DeleteConsoleSession',
  'Ends a session of the console at once; that of somebody else needs the permission.',
  { SessionId: optional({ ...sessionId, doc: 'id of the session; the session that asks when left out' }) },
  {},
  { api: keyhavenApi, resource: 'account', mutates: true, idempotent: true },
)

export const ListConsoleSessions = define(
  'ListConsoleSessions',
  'Lists open sessions of the console, newest first: those of the caller, or with the permission those of everybody.',
  {
    Everybody: withDefault(boolean('those of everybody in the account'), false),
    PageNumber: pageNumber,
    PageSize: pageSize(1, 100),
  },
  {
    Sessions: list(
      'the sessions',
      object('', {
        SessionId: sessionId,
        Arn: string('who is signed in'),
        AccessKeyId: string('AccessKey that signed in'),
        UserAgent: string('what the browser calls itself'),
        SourceAddress: string('from where the sign-in came'),
        CreateTime: time('when it was opened'),
        LastUsedTime: time('when it was last used, to a minute'),
        ExpireTime: time('when it ends at the latest'),
        IsCurrent: boolean('the session that asks'),
      }),
    ),
    ...pageOut,
  },
  { api: keyhavenApi, resource: 'account', access: 'manage' },
)
