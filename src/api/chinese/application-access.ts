import type { ChineseTexts } from './texts.ts'

export const applicationAccessTexts: ChineseTexts = {
  'Creates an application access point: what an application may do, whoever holds one of its ClientKeys.':
    '创建应用接入点：规定持有其 ClientKey 的应用可以做什么。',
  'Creates a ClientKey. Its private key is in this answer, protected by the password, and nowhere else.':
    '创建 ClientKey。私钥只出现在这次应答中，由口令保护。',
  'Creates a network rule: the addresses from which applications may call.': '创建网络规则：应用可以从哪些地址调用。',
  'Creates a policy for application access points. (Policies for users and roles are made by the RAM operation of this name.)':
    '创建应用接入点的权限策略。（用户与角色的权限策略由 RAM 的同名操作创建。）',
  'Deletes an application access point with its ClientKeys.': '删除应用接入点及其 ClientKey。',
  'Deletes a ClientKey, from the next request on.': '删除 ClientKey，从下一个请求起生效。',
  'Deletes a network rule. Policies that name it let nobody in by it, from the next request on.':
    '删除网络规则。引用它的策略从下一个请求起不再因它放行任何地址。',
  'Deletes a policy. Application access points that name it lose what it granted, from the next request on.':
    '删除权限策略。引用它的应用接入点从下一个请求起失去它授予的权限。',
  'Describes an application access point.': '查询应用接入点的信息。',
  'Describes a network rule.': '查询网络规则的信息。',
  'Describes a policy for application access points.': '查询应用接入点权限策略的信息。',
  'Describes a ClientKey.': '查询 ClientKey 的信息。',
  'Lists the application access points.': '列出应用接入点。',
  'Lists the ClientKeys of an application access point, or all of them.':
    '列出某个应用接入点的 ClientKey，或全部 ClientKey。',
  'Lists the network rules.': '列出网络规则。',
  'Lists the policies for application access points.': '列出应用接入点的权限策略。',
  'Replaces the policies or the description of an application access point, from the next request on.':
    '替换应用接入点的策略或描述，从下一个请求起生效。',
  'Replaces the addresses or the description of a network rule, from the next request on.':
    '替换网络规则的地址或描述，从下一个请求起生效。',
  'Replaces parts of a policy, for every application access point that has it, from the next request on.':
    '替换权限策略的部分内容，对使用它的每个应用接入点从下一个请求起生效。',
  'name of the application access point': '应用接入点的名称',
  'only `ClientKey`': '只能为 `ClientKey`',
  'names of policies, 1 to 3; one that does not exist grants nothing until it does':
    '策略名称，1 至 3 个；不存在的策略在创建之前不授予任何权限',
  'name of the policy': '策略的名称',
  'how applications show who they are': '应用证明身份的方式',
  'JSON list of policy names': '策略名称的 JSON 列表',
  '8 to 64 digits, letters and `~!@#$%^&*?_-`, of at least two of these kinds':
    '8 至 64 位数字、字母及 `~!@#$%^&*?_-`，至少包含其中两类',
  'valid from; both or neither of the two; now unless given': '生效时间；两个时间须同时填写或都不填；不填为现在',
  'valid until; five years after creation unless given': '失效时间；不填为创建后五年',
  'id of the ClientKey': 'ClientKey 的 ID',
  'spec of the key': '密钥的规格',
  'PKCS#12, Base64': 'PKCS#12，Base64',
  'valid from, `yyyy-MM-ddTHH:mm:ssZ`': '生效时间，`yyyy-MM-ddTHH:mm:ssZ`',
  'valid until, `yyyy-MM-ddTHH:mm:ssZ`': '失效时间，`yyyy-MM-ddTHH:mm:ssZ`',
  'name of the network rule': '网络规则的名称',
  'only `Private`': '只能为 `Private`',
  'addresses and CIDR blocks of the callers, IPv4 or IPv6': '调用方的地址或 CIDR 网段，IPv4 或 IPv6',
  'such as `192.168.0.0/24`': '例如 `192.168.0.0/24`',
  'JSON list of addresses and CIDR blocks': '地址与 CIDR 网段的 JSON 列表',
  'the instance whose keys and secrets it is for, or `shared` for all of the account; the default instance when left out':
    '策略针对其密钥与凭据的实例；`shared` 表示账号下所有资源；不填为默认实例',
  'what the application may do: `RbacPermission/Template/CryptoServiceKeyUser` (cryptography), `RbacPermission/Template/CryptoServiceSecretUser` or `RbacPermission/Template/SecretUser` (reading secrets)':
    '应用可执行的操作：`RbacPermission/Template/CryptoServiceKeyUser`（密码运算）、`RbacPermission/Template/CryptoServiceSecretUser` 或 `RbacPermission/Template/SecretUser`（读取凭据）',
  'with what: `key/<key id>`, `secret/<name>`; `*` stands for any characters':
    '针对的资源：`key/<密钥 ID>`、`secret/<名称>`；`*` 代表任意字符',
  'the network rules, `{"NetworkRules":["<name>"]}`; without any, every address may call. One that does not exist lets nobody in until it does':
    '网络规则，`{"NetworkRules":["<名称>"]}`；不填则允许所有地址调用。不存在的规则在创建之前不放行任何地址',
  'the instance, or `shared`': '实例，或 `shared`',
  'JSON text': 'JSON 文本',
  'JSON list': 'JSON 列表',
  'id of the ClientKey, `KAAP.…`': 'ClientKey 的 ID，`KAAP.…`',
  'its application access point': '所属的应用接入点',
  'who made the key': '由谁生成密钥',
  'certificate of the public key, PEM': '公钥的证书，PEM',
}
