import { list, object, string } from './field.ts'
import { define } from './operation.ts'

export const DescribeRegions = define(
  'DescribeRegions',
  'Lists the regions that this service answers for.',
  {},
  { Regions: object('', { Region: list('', object('', { RegionId: string('') })) }) },
  { resource: 'none', actions: [] },
)

export const DescribeAccountKmsStatus = define(
  'DescribeAccountKmsStatus',
  'Tells whether the service is open for the account.',
  {},
  { AccountStatus: string('') },
  { resource: 'none', quota: 'rare' },
)

export const OpenKmsService = define(
  'OpenKmsService',
  'Opens the service for the account; it is open from the start, so this answers Forbidden.Opened.',
  {},
  {},
  { resource: 'none', mutates: true, quota: 'rare' },
)
