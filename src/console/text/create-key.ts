import { texts } from './texts.ts'

export const createKeyTexts = texts({
  'createKey.purpose': ['Purpose', '用途'],
  'createKey.spec': ['Key spec', '密钥规格'],
  'createKey.particulars': ['Particulars', '详细设置'],
  'createKey.suggested': ['suggested', '推荐'],
  'createKey.aliasHelp': [
    'The name that programs use. Letters, digits, _, - and /. It can be moved to another key later.',
    '程序使用的名称：字母、数字、_、-、/。以后可以移到另一个密钥。',
  ],
  'createKey.rotates': ['Rotate automatically', '自动轮转'],
  'createKey.rotationDays': ['every so many days (7–730)', '轮转周期（7–730 天）'],
  'createKey.protected': ['Protect from deletion', '删除保护'],
  'createKey.protectedHelp': [
    'Then its deletion can be scheduled only after the protection is turned off.',
    '开启后，须先关闭保护才能计划删除。',
  ],
  'createKey.more': ['Imported material, instance, policy', '导入密钥材料、实例、策略'],
  'createKey.originHelp': [
    'Imported material comes from you: the key waits for it.',
    '导入的密钥材料由您提供，密钥在导入前处于待导入状态。',
  ],
  'createKey.originHere': ['made here (Aliyun_KMS)', '由服务生成（Aliyun_KMS）'],
  'createKey.originExternal': ['imported (EXTERNAL)', '外部导入（EXTERNAL）'],
  'createKey.instanceHelp': [
    'Keys of an instance serve applications and can have a policy. Without one: a default key.',
    '实例内的密钥供应用使用，可设置策略；不选则为默认密钥。',
  ],
  'createKey.noInstance': ['none: a default key', '无：默认密钥'],
  'createKey.policy': ['Policy (JSON); may be left out', '策略（JSON），可不填'],
  'createKey.keyIsMade': [
    'Key {keyId} is made; what follows has failed and can be tried again.',
    '密钥 {keyId} 已创建；后续步骤失败，可重试。',
  ],
  'createKey.done': ['The key is created.', '密钥已创建。'],
})
