import { known, list, object, string } from './field.ts'
import { define } from './operation.ts'

export const DescribeRegions = define(
  'DescribeRegions',
  'Lists the regions that this service answers for.',
  {},
  { Regions: object('', { Region: list('', object('', { RegionId: string('such as `cn-hangzhou`') })) }) },
  { resource: 'none', actions: [] },
)

export const DescribeAccountKmsStatus = define(
  'DescribeAccountKmsStatus',
  'Tells whether the service is open for the account.',
  {},
  { AccountStatus: known('whether the service is open', ['Enabled']) },
  { resource: 'account', quota: 'rare' },
)

export const OpenKmsService = define(
  'OpenKmsService',
  'Opens the service for the account; it is open from the start, so this answers `Forbidden.Opened`.',
  {},
  {},
  { resource: 'account', mutates: true, idempotent: true, quota: 'rare' },
)

export const GetChallenge = define(
  'GetChallenge',
  'Returns a nonce for a confidential machine to attest, good for five minutes.',
  {},
  {
    ChallengeToken: string('authenticates the nonce and its time; goes back with the attestation'),
    Nonce: string('32 random bytes, Base64'),
  },
  { resource: 'account' },
)
