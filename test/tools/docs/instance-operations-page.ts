import { type InstanceOperation, instanceOperations, type Message } from '../../../src/api/instance.ts'

/** The page docs/reference/instance-operations.md, made from the contract of the instance gateway. */
export function instanceOperationsPage(): string {
  return [
    '# Operations of the instance gateway',
    '',
    'Protobuf messages over `POST /`, selected by the header `x-kms-apiname` and signed with a ClientKey; made from',
    '`src/api/instance.ts`. A number stands for the field number. An absent field reads as empty, 0 or false.',
    '',
    ...instanceOperations.flatMap(section),
  ].join('\n')
}

const section = ({ name, doc, request, response, action, permission }: InstanceOperation): string[] => [
  `## ${name}`,
  '',
  doc,
  '',
  `- Request: ${described(request)}`,
  `- Response: ${described(response)}`,
  `- Permission: ${permission === 'none' ? 'none' : `\`${action}\`, ${permission}s of the access point`}`,
  '',
]

const described = (message: Message): string =>
  Object.entries(message)
    .map(([name, { number, type }]) => `\`${name}\` ${number} ${type}`)
    .join(', ') || 'empty'
