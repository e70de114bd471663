import { integer, json, known, list, object, oneOf, optional, string, withDefault } from './field.ts'
import { pageNumber, pageOut } from './key-fields.ts'
import { define } from './operation.ts'

const settings = { resource: 'application access', quota: 'rare' } as const
const written = { ...settings, mutates: true } as const
const replaced = { ...written, idempotent: true } as const

const named = (what: string) => string(`name of the ${what}`, { minLength: 1, maxLength: 128, pattern: /^[\w.-]+$/ })
const ruleName = named('network rule')
const policyName = named('policy')
const pointName = named('application access point')
const description = optional(string('free text', { minLength: 0, maxLength: 8192 }))
const page = {
  PageNumber: pageNumber,
  PageSize: withDefault(integer('items in a page', { minimum: 1, maximum: 100 }), 20),
}
const arn = string('ARN')
const shownDescription = string('free text')

const sourcePrivateIp = json(
  'addresses and CIDR blocks of the callers, IPv4 or IPv6',
  list('', string('such as `192.168.0.0/24`', { maxLength: 64 }), { maxLength: 100 }),
)
const shownAddresses = string('JSON list of addresses and CIDR blocks')
const ruleType = oneOf('only `Private`', ['Private'])

export const CreateNetworkRule = define(
  'CreateNetworkRule',
  'Creates a network rule: the addresses from which applications may call.',
  { Name: ruleName, Type: ruleType, SourcePrivateIp: optional(sourcePrivateIp), Description: description },
  { Arn: arn, Name: ruleName, Type: ruleType, SourcePrivateIp: shownAddresses, Description: shownDescription },
  written,
)

export const DescribeNetworkRule = define(
  'DescribeNetworkRule',
  'Describes a network rule.',
  { Name: ruleName },
  { Arn: arn, Type: ruleType, SourcePrivateIp: shownAddresses, Description: shownDescription },
  settings,
)

export const UpdateNetworkRule = define(
  'UpdateNetworkRule',
  'Replaces the addresses or the description of a network rule, from the next request on.',
  { Name: ruleName, SourcePrivateIp: optional(sourcePrivateIp), Description: description },
  {},
  replaced,
)

export const ListNetworkRules = define(
  'ListNetworkRules',
  'Lists the network rules.',
  page,
  { NetworkRules: object('', { NetworkRule: list('', object('', { Name: ruleName, Type: ruleType })) }), ...pageOut },
  settings,
)

export const DeleteNetworkRule = define(
  'DeleteNetworkRule',
  'Deletes a network rule. Policies that name it let nobody in by it, from the next request on.',
  { Name: ruleName },
  {},
  written,
)

const permissions = json(
  'what the application may do: `RbacPermission/Template/CryptoServiceKeyUser` (cryptography), `RbacPermission/Template/CryptoServiceSecretUser` or `RbacPermission/Template/SecretUser` (reading secrets)',
  list('', string('', { maxLength: 128 }), { maxLength: 10 }),
)
const resources = json(
  'with what: `key/<key id>`, `secret/<name>`; `*` stands for any characters',
  list('', string('', { maxLength: 256 }), { maxLength: 100 }),
)
const accessControlRules = json(
  'the network rules, `{"NetworkRules":["<name>"]}`; without any, every address may call. One that does not exist lets nobody in until it does',
  object('', { NetworkRules: withDefault(list('', ruleName, { maxLength: 40 }), []) }),
)
const shownPolicy = {
  Arn: arn,
  Name: policyName,
  KmsInstance: string('the instance, or `shared`'),
  AccessControlRules: string('JSON text'),
  Description: shownDescription,
}

export const CreatePolicy = define(
  'CreatePolicy',
  'Creates a policy for application access points. (Policies for users and roles are made by the RAM operation of this name.)',
  {
    Name: policyName,
    KmsInstance: optional(
      string(
        'the instance whose keys and secrets it is for, or `shared` for all of the account; the default instance when left out',
        { maxLength: 64 },
      ),
    ),
    Permissions: permissions,
    Resources: resources,
    AccessControlRules: optional(accessControlRules),
    Description: description,
  },
  { ...shownPolicy, Permissions: string('JSON list'), Resources: string('JSON list') },
  written,
)

export const DescribePolicy = define(
  'DescribePolicy',
  'Describes a policy for application access points.',
  { Name: policyName },
  { ...shownPolicy, Permissions: list('', string('')), Resources: list('', string('')) },
  settings,
)

export const UpdatePolicy = define(
  'UpdatePolicy',
  'Replaces parts of a policy, for every application access point that has it, from the next request on.',
  {
    Name: policyName,
    Permissions: optional(permissions),
    Resources: optional(resources),
    AccessControlRules: optional(accessControlRules),
    Description: description,
  },
  {},
  replaced,
)

export const ListPolicies = define(
  'ListPolicies',
  'Lists the policies for application access points.',
  page,
  { Policies: object('', { Policy: list('', object('', { Name: policyName })) }), ...pageOut },
  settings,
)

export const DeletePolicy = define(
  'DeletePolicy',
  'Deletes a policy. Application access points that name it lose what it granted, from the next request on.',
  { Name: policyName },
  {},
  written,
)

const policies = json(
  'names of policies, 1 to 3; one that does not exist grants nothing until it does',
  list('', policyName, { minLength: 1, maxLength: 3 }),
)
const method = withDefault(oneOf('only `ClientKey`', ['ClientKey']), 'ClientKey')
const shownMethod = known('how applications show who they are', ['ClientKey'])
const shownPoint = {
  Arn: arn,
  Name: pointName,
  AuthenticationMethod: shownMethod,
  Policies: string('JSON list of policy names'),
  Description: shownDescription,
}

export const CreateApplicationAccessPoint = define(
  'CreateApplicationAccessPoint',
  'Creates an application access point: what an application may do, whoever holds one of its ClientKeys.',
  { Name: pointName, AuthenticationMethod: method, Policies: policies, Description: description },
  shownPoint,
  written,
)

export const DescribeApplicationAccessPoint = define(
  'DescribeApplicationAccessPoint',
  'Describes an application access point.',
  { Name: pointName },
  shownPoint,
  settings,
)

export const UpdateApplicationAccessPoint = define(
  'UpdateApplicationAccessPoint',
  'Replaces the policies or the description of an application access point, from the next request on.',
  { Name: pointName, Policies: optional(policies), Description: description },
  {},
  replaced,
)

export const ListApplicationAccessPoints = define(
  'ListApplicationAccessPoints',
  'Lists the application access points.',
  page,
  {
    ApplicationAccessPoints: object('', {
      ApplicationAccessPoint: list('', object('', { Name: pointName, AuthenticationMethod: shownMethod })),
    }),
    ...pageOut,
  },
  settings,
)

export const DeleteApplicationAccessPoint = define(
  'DeleteApplicationAccessPoint',
  'Deletes an application access point with its ClientKeys.',
  { Name: pointName },
  {},
  written,
)

const clientKeyId = string('id of the ClientKey, `KAAP.…`', { minLength: 1, maxLength: 64 })
const algorithm = known('spec of the key', ['RSA_2048'])
const notBefore = string('valid from, `yyyy-MM-ddTHH:mm:ssZ`')
const notAfter = string('valid until, `yyyy-MM-ddTHH:mm:ssZ`')
const shownClientKey = {
  ClientKeyId: string('id of the ClientKey'),
  AapName: string('its application access point'),
  KeyAlgorithm: algorithm,
  KeyOrigin: known('who made the key', ['KMS_PROVIDED']),
  PublicKeyData: string('certificate of the public key, PEM'),
  CreateTime: string('when it was created'),
  NotBefore: notBefore,
  NotAfter: notAfter,
}

export const CreateClientKey = define(
  'CreateClientKey',
  'Creates a ClientKey. Its private key is in this answer, protected by the password, and nowhere else.',
  {
    AapName: pointName,
    Password: string('8 to 64 digits, letters and `~!@#$%^&*?_-`, of at least two of these kinds', { sensitive: true }),
    NotBefore: optional(string('valid from; both or neither of the two; now unless given')),
    NotAfter: optional(string('valid until; five years after creation unless given')),
  },
  {
    ClientKeyId: string('id of the ClientKey'),
    KeyAlgorithm: algorithm,
    PrivateKeyData: string('PKCS#12, Base64', { sensitive: true }),
    NotBefore: notBefore,
    NotAfter: notAfter,
  },
  written,
)

export const GetClientKey = define(
  'GetClientKey',
  'Describes a ClientKey.',
  { ClientKeyId: clientKeyId },
  shownClientKey,
  settings,
)

export const ListClientKeys = define(
  'ListClientKeys',
  'Lists the ClientKeys of an application access point, or all of them.',
  { AapName: optional(pointName) },
  { ClientKeys: list('', object('', shownClientKey)) },
  settings,
)

export const DeleteClientKey = define(
  'DeleteClientKey',
  'Deletes a ClientKey, from the next request on.',
  { ClientKeyId: clientKeyId },
  {},
  written,
)
