import { boolean, integer, known, list, object, oneOf, optional, string, withDefault } from './field.ts'
import { pageNumber, pageOut, pageSize } from './key-fields.ts'
import { define, keyhavenApi } from './operation.ts'

const time = (what: string) => string(`${what}, \`yyyy-MM-ddTHH:mm:ssZ\` in UTC`)
const moment = (what: string) => optional(string(`${what}, \`yyyy-MM-ddTHH:mm:ssZ\` in UTC`, { maxLength: 30 }))
const filter = (what: string) => optional(string(what, { minLength: 1, maxLength: 256 }))
const nextToken = optional(string('where the page before ended', { minLength: 1, maxLength: 256 }))
const maxResults = withDefault(integer('most items in a page', { minimum: 1, maximum: 100 }), 20)
const settings = { api: keyhavenApi, resource: 'account' } as const

export const GetServiceStatus = define(
  'GetServiceStatus',
  'Tells how the server that answers fares: audit log, clock, store, certificates, settings in force.',
  {},
  {
    Version: string('of the server'),
    Mode: oneOf('', ['development', 'production']),
    Node: string('name of the server'),
    StartTime: time('when the server was started'),
    UptimeSeconds: integer('since then'),
    RegionId: string('region'),
    AccountId: string('account of the deployment'),
    Seal: string('what the root key is protected by'),
    Store: object('', { Engine: string('`sqlite` or `postgresql`'), Healthy: boolean('it answers') }),
    Audit: object('', {
      Healthy: boolean('records are kept'),
      Problem: optional(string('what keeps them from being kept')),
      Space: string('of its disk: `ample`, `low`, `spent`'),
      Records: integer('records in the log of this server'),
      SignedRecords: optional(integer('records up to the last signed checkpoint')),
      SignedTime: optional(string('when that was signed')),
      Receivers: list(
        'who is sent the log',
        object('', {
          Name: string('`https` or `syslog`'),
          ShippedRecords: integer('records that it has'),
          LagRecords: integer('records that it has not got'),
          LagSeconds: integer('how long it has lacked some'),
          Problem: optional(string('why the last delivery failed')),
        }),
      ),
      HandedOverRecords: optional(integer('records up to the end of the last file that was handed over')),
      HandOverProblem: optional(boolean('a file that was to be handed over could not be, and is still here')),
    }),
    Clock: object('', {
      Trusted: boolean('it did not jump, or an operator has confirmed it'),
      Time: time('what it says'),
    }),
    Nodes: list(
      'servers that share the database, and have not been stopped; none where that is a file',
      object('', {
        Name: string('name of the server'),
        Host: string('the machine that it runs on'),
        Version: string('of the server'),
        StartTime: time('when it was started'),
        SeenTime: time('when it was last heard of, by its own clock; every two seconds while it runs'),
      }),
    ),
    Certificates: list('that clients see', object('', { Name: string('what for'), EndTime: time('when it ends') })),
    Settings: list(
      'settings in force, without what is secret',
      object('', {
        Name: string('name of the setting'),
        Value: string('its value; lists are separated by commas'),
        IsDefault: boolean('nobody set it'),
      }),
    ),
  },
  settings,
)

const auditRecord = {
  Seq: integer('number in the log of its server'),
  Time: string('when, UTC with milliseconds'),
  Node: string('the server that wrote it'),
  Phase: string('`request` before a change, `response` before an answer, `event` for what no request caused'),
  Gateway: string('`openapi`, `instance`, `operator`, `internal`'),
  Action: string('the operation or event'),
  RequestId: optional(string('')),
  Principal: optional(string('ARN of the caller')),
  AccessKeyId: optional(string('')),
  Authentication: optional(string('how the caller proved who it is')),
  Issuer: optional(string('identity provider of the token that opened the session')),
  Subject: optional(string('whom the token named')),
  Source: optional(string('address of the caller')),
  Certificate: optional(string('SHA-256 of the certificate that the client has shown to connect')),
  Via: optional(string('`console` when a page of the console called')),
  KeyId: optional(string('the key, not its alias')),
  KeyVersionId: optional(string('')),
  Resource: optional(string('what else it was about')),
  Code: optional(string('`Success` or the error code')),
  Status: optional(integer('HTTP status')),
  LatencyMicroseconds: optional(integer('from the request to its answer')),
  Count: optional(integer('refusals that the record stands for besides')),
  Since: optional(string('since when those were')),
}

export const QueryAuditRecords = define(
  'QueryAuditRecords',
  'Finds audit records of the server that answers, newest first. A page may be empty and not be the last.',
  {
    Operation: filter('operation or event'),
    Resource: filter('id of a key, or part of what else a record is about'),
    Caller: filter("part of the caller's ARN, or an AccessKey id"),
    Code: filter('`Success` or an error code'),
    RequestId: filter('request id'),
    StartTime: moment('not before'),
    EndTime: moment('not after'),
    Text: filter('part of any text of a record, in any letter case'),
    MaxResults: maxResults,
    NextToken: nextToken,
  },
  {
    AuditRecords: list('the records', object('', auditRecord)),
    NextToken: optional(string('for the next page; absent when all was looked at')),
    SearchedSince: optional(string('time of the oldest record that was looked at')),
  },
  { ...settings, access: 'manage' },
)

export const VerifyAudit = define(
  'VerifyAudit',
  'Verifies the audit log of the server that answers, from the first record that is there: begins it, and tells how far it is.',
  {},
  {
    State: oneOf('', ['Running', 'Finished']),
    Verdict: optional(oneOf('of what was looked at', ['Intact', 'Damaged'])),
    FirstRecord: integer('number of the first record that is here; those before it were handed over'),
    LastRecord: integer('number of the last record that was looked at'),
    SignedRecords: integer('records that a signed checkpoint covers; later ones are held by their MACs'),
    RootHash: optional(string('Merkle root (RFC 6962) of these records, Base64')),
    Problems: list('what is wrong', string('')),
    StartTime: time('when it was begun'),
    EndTime: optional(time('when it was finished')),
  },
  { ...settings, access: 'manage', quota: 'rare' },
)

const decidingStatement = {
  PolicyType: known('the kind of policy', ['Identity', 'Session', 'Resource', 'NetworkRule']),
  PolicyName: string('name of the policy; of a resource its own'),
  StatementIndex: integer('the statement in the policy, from 1'),
  Sid: optional(string('what the statement calls itself')),
  Effect: oneOf('', ['Allow', 'Deny']),
}

export const SimulateAccess = define(
  'SimulateAccess',
  'Tells whether somebody may do something, and which statement of which policy decides. Nothing is done.',
  {
    Caller: string(
      'ARN of the account (`…:root`), a user, a role or an application access point; an AccessKey id or ClientKey id',
      { minLength: 1, maxLength: 256 },
    ),
    Operation: string('action as policies write it: `kms:Encrypt`', { pattern: /^(kms|ram|sts):[A-Za-z]{1,64}$/ }),
    Resource: string('key id, `alias/…`, `secret/<name>`, or an ARN', { minLength: 1, maxLength: 512 }),
    SourceAddress: optional(string('address that the call comes from', { maxLength: 45 })),
    SecureTransport: withDefault(boolean('the call comes over TLS'), true),
    InstanceId: optional(string('KMS instance that is called', { maxLength: 64 })),
  },
  {
    Decision: oneOf('', ['Allow', 'ExplicitDeny', 'ImplicitDeny']),
    PolicyType: optional(string('of a refusal: the kind of policy that refuses, as the error names it')),
    DecidedBy: optional(object('the statement; none where no policy decides', decidingStatement)),
    Matched: list('every statement that is about the call', object('', decidingStatement)),
    Resource: string('ARN that was decided on'),
    Caller: string('ARN of the caller'),
  },
  { ...settings, access: 'manage' },
)

export const GetMetricsHistory = define(
  'GetMetricsHistory',
  'Tells how many calls there were and how they went, by the minute, hour or day, of all servers together.',
  {
    StartTime: moment('from; an hour ago, a week ago or a year ago unless given'),
    EndTime: moment('to; now unless given'),
    PeriodSeconds: withDefault(
      integer('60 (kept for two days), 3600 (60 days) or 86400 (400 days)', { minimum: 60, maximum: 86_400 }),
      60,
    ),
    KeyId: optional(string('count the uses of this key only: its id, ARN or alias', { minLength: 1, maxLength: 256 })),
  },
  {
    PeriodSeconds: integer('length of a period'),
    Points: list(
      'periods in which there were calls, oldest first',
      object('', {
        Time: time('when the period begins'),
        Requests: integer('calls'),
        ClientErrors: integer('answered with 4xx, throttled ones not among them'),
        ServerErrors: integer('answered with 5xx'),
        Throttled: integer('answered with 429'),
        Uses: integer('calls that use keys or secrets'),
        Changes: integer('calls that manage; the rest looks'),
        P50Microseconds: integer('half of the calls took no longer, to a tenth'),
        P95Microseconds: integer('nor 95 %'),
        P99Microseconds: integer('nor 99 %'),
        EventLoopLagMicroseconds: integer('longest that the process was kept from its work'),
      }),
    ),
    Operations: list(
      'calls by operation, most first',
      object('', {
        Name: string('operation'),
        Requests: integer('calls'),
        Errors: integer('of which failed'),
      }),
    ),
    Keys: list(
      'uses by key, most first; the thousand that are used most',
      object('', { KeyId: string('key'), Requests: integer('uses') }),
    ),
    Callers: list(
      'who called (or used the key), most first, by hours and days; sessions of a role as the role, and the thousand that call most',
      object('', {
        Caller: string('ARN'),
        Requests: integer('calls'),
        Refused: integer('of which were not allowed, answered with 401 or 403'),
        LastTime: time('begin of the last period in which it called'),
      }),
    ),
    Codes: list(
      'calls by their outcome',
      object('', { Code: string('`Success` or error code'), Requests: integer('calls') }),
    ),
  },
  settings,
)

export const ListEvents = define(
  'ListEvents',
  'Lists what somebody should know of without having called: expiry, rotations, planned deletions, quotas; newest first.',
  {
    Type: optional(string('events of one type only', { minLength: 1, maxLength: 64 })),
    PageNumber: pageNumber,
    PageSize: pageSize(1, 100),
  },
  {
    Events: list(
      'the events',
      object('', {
        EventId: string('each occasion has one event, whichever server saw it'),
        Time: time('when it was seen'),
        Type: string('`ClientKeyExpiring`, `KeyMaterialExpiring`, `CertificateExpiring`, `KeyDeletionScheduled`, …'),
        Level: oneOf('', ['Info', 'Warning', 'Critical']),
        Resource: string('what it is about'),
        Message: string('in words'),
      }),
    ),
    ...pageOut,
  },
  settings,
)
