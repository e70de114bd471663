/** Operations whose contracts are on their way into api/: as they were agreed. */
import { boolean, integer, list, object, optional, string } from '../api/field.ts'
import { define, keyhavenApi } from '../api/operation.ts'

const settings = { api: keyhavenApi, resource: 'account' } as const
const text = string('')
const maybe = optional(string(''))
const count = integer('')

export const QueryAuditRecords = define(
  'QueryAuditRecords',
  '',
  {
    Operation: maybe,
    Resource: maybe,
    Caller: maybe,
    Code: maybe,
    RequestId: maybe,
    StartTime: maybe,
    EndTime: maybe,
    Text: maybe,
    MaxResults: optional(integer('')),
    NextToken: maybe,
  },
  {
    AuditRecords: list(
      '',
      object('', {
        Seq: optional(integer('')),
        Time: text,
        Node: maybe,
        Phase: maybe,
        Gateway: maybe,
        Action: text,
        RequestId: maybe,
        Principal: maybe,
        AccessKeyId: maybe,
        Authentication: maybe,
        Via: maybe,
        Source: maybe,
        KeyId: maybe,
        KeyVersionId: maybe,
        Resource: maybe,
        Code: maybe,
        Status: optional(integer('')),
        LatencyMicroseconds: optional(integer('')),
        Count: optional(integer('')),
        Since: maybe,
      }),
    ),
    NextToken: maybe,
    SearchedSince: maybe,
  },
  settings,
)

export const VerifyAudit = define(
  'VerifyAudit',
  '',
  {},
  {
    State: text,
    Verdict: maybe,
    FirstRecord: optional(count),
    LastRecord: optional(count),
    RootHash: maybe,
    SignedRecords: optional(count),
    Problems: list('', text),
    StartTime: maybe,
    EndTime: maybe,
  },
  { ...settings, mutates: false },
)

export const GetServiceStatus = define(
  'GetServiceStatus',
  '',
  {},
  {
    Version: text,
    Mode: text,
    Node: text,
    StartTime: text,
    UptimeSeconds: count,
    RegionId: text,
    AccountId: text,
    Seal: text,
    Sealed: boolean(''),
    Store: object('', { Engine: text, Healthy: boolean('') }),
    Audit: object('', {
      Healthy: boolean(''),
      Problem: maybe,
      Space: text,
      Records: count,
      SignedTime: maybe,
    }),
    Clock: object('', { Trusted: boolean(''), Time: text }),
    Certificates: list('', object('', { Name: text, EndTime: text })),
    Settings: list('', object('', { Name: text, Value: text, IsDefault: boolean('') })),
  },
  settings,
)

const decider = { PolicyType: text, PolicyName: text, StatementIndex: count, Sid: maybe, Effect: text }
export const SimulateAccess = define(
  'SimulateAccess',
  'Tells whether a caller might do something, and which statement decides it.',
  {
    Caller: string('ARN of a user or role, or the name of a user'),
    Operation: string('such as kms:Encrypt'),
    Resource: string('key id, alias/…, secret/<name>, or an ARN'),
    SourceAddress: optional(string('address that the call comes from')),
    SecureTransport: optional(boolean('whether it comes by HTTPS')),
    InstanceId: optional(string('instance that is called')),
  },
  {
    Decision: text,
    PolicyType: maybe,
    DecidedBy: optional(object('', decider)),
    Matched: list('', object('', decider)),
  },
  settings,
)

export const GetMetricsHistory = define(
  'GetMetricsHistory',
  '',
  { StartTime: maybe, EndTime: maybe, PeriodSeconds: optional(integer('')), KeyId: maybe },
  {
    PeriodSeconds: count,
    Points: list(
      '',
      object('', {
        Time: text,
        Requests: count,
        ClientErrors: count,
        ServerErrors: count,
        Throttled: count,
        P50Microseconds: optional(count),
        P95Microseconds: optional(count),
        P99Microseconds: optional(count),
      }),
    ),
    Operations: list('', object('', { Name: text, Requests: count, Errors: count })),
    Keys: list('', object('', { KeyId: text, Requests: count })),
    Codes: list('', object('', { Code: text, Requests: count })),
  },
  settings,
)

export const ListEvents = define(
  'ListEvents',
  '',
  { Type: maybe, StartTime: maybe, EndTime: maybe, MaxResults: optional(integer('')), NextToken: maybe },
  {
    Events: list(
      '',
      object('', { EventId: text, Time: text, Type: text, Level: text, Resource: maybe, Message: text }),
    ),
    NextToken: maybe,
  },
  settings,
)

const sessionId = string('')
export const DeleteConsoleSession = define(
  'DeleteConsoleSession',
  '',
  { SessionId: optional(sessionId) },
  {},
  { ...settings, mutates: true },
)
export const ListConsoleSessions = define(
  'ListConsoleSessions',
  '',
  { Everybody: optional(boolean('')), PageNumber: optional(integer('')), PageSize: optional(integer('')) },
  {
    Sessions: list(
      '',
      object('', {
        SessionId: sessionId,
        Arn: text,
        AccessKeyId: text,
        UserAgent: text,
        SourceAddress: text,
        CreateTime: text,
        LastUsedTime: text,
        ExpireTime: text,
        IsCurrent: boolean(''),
      }),
    ),
    TotalCount: count,
  },
  settings,
)
