import { boolean, integer, json, known, list, object, oneOf, optional, string, withDefault } from './field.ts'
import { pageNumber, pageOut } from './key-fields.ts'
import { define } from './operation.ts'

const settings = { resource: 'instance', quota: 'rare' } as const
const instanceId = string('id of the instance, `kst-…`', { minLength: 1, maxLength: 64 })
const virtualNetwork = {
  VpcId: string('id of the virtual network', { minLength: 1, maxLength: 64 }),
  VSwitchId: string('id of its switch', { minLength: 1, maxLength: 64 }),
  RegionId: optional(string('region of the virtual network', { maxLength: 64 })),
  VpcOwnerId: optional(string('account that owns the virtual network', { maxLength: 64 })),
}

export const ListKmsInstances = define(
  'ListKmsInstances',
  'Lists the KMS instances of the account.',
  {
    Filters: optional(
      json(
        'conditions, all of which must hold; the key `KmsInstanceId` is known',
        list('', object('', { Key: string(''), Values: list('', string(''), { maxLength: 100 }) }), { maxLength: 10 }),
      ),
    ),
    PageNumber: pageNumber,
    PageSize: withDefault(integer('items in a page', { minimum: 1, maximum: 100 }), 20),
  },
  {
    KmsInstances: object('', {
      KmsInstance: list('', object('', { KmsInstanceArn: string('ARN'), KmsInstanceId: string('id') })),
    }),
    ...pageOut,
  },
  settings,
)

export const GetKmsInstance = define(
  'GetKmsInstance',
  'Describes an instance, with the CA certificates that clients of its gateway have to trust.',
  { KmsInstanceId: instanceId },
  {
    KmsInstance: object('', {
      InstanceId: string('id of the instance'),
      InstanceName: string('name'),
      Status: known('whether it can be used', ['Uninitialized', 'Connected']),
      CreateTime: string('when it was created'),
      StartDate: string('when it began to serve'),
      EndDate: string('it never ends by itself; the service needs a date'),
      Spec: integer('calls a second that it is meant for'),
      KeyNum: integer('how many keys it may hold'),
      SecretNum: string('how many secrets it may hold'),
      VpcNum: integer('how many virtual networks it may be bound to'),
      VpcId: optional(string('virtual network it was connected to')),
      // The official clients disagree: a list in the newest ones (TypeScript 3.x, Go v4, Python 3.x), text in Go v3.
      VswitchIds: list(
        'switches it was connected to; the official Go client before v4 cannot read lists here',
        string(''),
      ),
      ZoneIds: list('zones it was connected in; as VswitchIds', string('')),
      BindVpcs: object('', {
        BindVpc: list(
          '',
          object('', {
            ...virtualNetwork,
            RegionId: string('region of the virtual network'),
            VpcOwnerId: string('account that owns the virtual network'),
          }),
        ),
      }),
      CaCertificateChainPem: string('CA certificates, PEM'),
      ChargeType: known('how it is paid for', ['POSTPAY']),
      ProductType: known('what keeps its keys', ['software', 'hardware']),
      ProductVersion: string('`3` software, `5` hardware'),
      SaleStatus: known('state of the order', ['NORMAL']),
      Log: integer('whether calls are logged: always 1'),
      LogStorage: integer('GB; not limited here: 0'),
      DeletionProtection: boolean('whether it is protected from release'),
      DeletionProtectionDescription: optional(string('why')),
    }),
  },
  settings,
)

export const GetDefaultKmsInstance = define(
  'GetDefaultKmsInstance',
  'Tells which instance serves the account unless another one is named.',
  {},
  { DefaultKmsInstanceId: string('id of the instance') },
  settings,
)

export const ConnectKmsInstance = define(
  'ConnectKmsInstance',
  'Connects an instance to a virtual network. Here it only notes which; the gateway answers wherever the server is reached.',
  {
    KmsInstanceId: instanceId,
    VpcId: string('id of the virtual network', { minLength: 1, maxLength: 64 }),
    VSwitchIds: string('ids of its switches, separated by commas', { minLength: 1, maxLength: 512 }),
    ZoneIds: string('two zones, separated by a comma', { minLength: 1, maxLength: 512 }),
    KMProvider: oneOf('only `Aliyun`', ['Aliyun']),
  },
  {},
  { ...settings, mutates: true, idempotent: true },
)

export const UpdateKmsInstanceBindVpc = define(
  'UpdateKmsInstanceBindVpc',
  'Replaces the list of further virtual networks of an instance. Here it is only noted.',
  {
    KmsInstanceId: instanceId,
    BindVpcs: json('the virtual networks', list('', object('', virtualNetwork), { maxLength: 50 })),
  },
  {},
  { ...settings, mutates: true, idempotent: true },
)

export const ReleaseKmsInstance = define(
  'ReleaseKmsInstance',
  'Releases an instance that holds no keys any more. There is no backup of it, so that has to be accepted.',
  {
    KmsInstanceId: instanceId,
    ForceDeleteWithoutBackup: withDefault(oneOf('go on without a backup', ['true', 'false']), 'false'),
  },
  {},
  { ...settings, mutates: true },
)

export const GetKmsInstanceQuotaInfos = define(
  'GetKmsInstanceQuotaInfos',
  'Tells what an instance may hold and how much of it is used.',
  {
    KmsInstanceId: optional({ ...instanceId, doc: 'id of the instance; the default instance when left out' }),
    ResourceType: optional(oneOf('only this one', ['key', 'secret', 'qps', 'vpc'])),
  },
  {
    KmsInstanceId: string('id of the instance'),
    KmsInstanceQuotaInfos: list(
      '',
      object('', {
        ResourceType: known('what is counted', ['key', 'secret', 'qps', 'vpc']),
        ResourceQuota: integer('the most'),
        UsedQuantity: integer('what is used'),
      }),
    ),
  },
  settings,
)
