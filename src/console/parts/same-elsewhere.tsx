import { Tabs } from 'antd'
import { codeName, type Field } from '../../api/field.ts'
import type { RequestOf } from '../../api/operation.ts'
import type { AnyOperation } from '../call.ts'
import { useSay } from '../text/language.tsx'
import { cliCommand } from './cli-command.ts'
import { CopyButton } from './copy-button.tsx'

/** The same call on the command line and in a program. What is sensitive is not written down. */
export function SameElsewhere<O extends AnyOperation>({
  operation,
  input,
}: {
  readonly operation: O
  readonly input: RequestOf<O>
}) {
  const say = useSay()
  const shown = (text: string) => (
    <div style={{ position: 'relative' }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre className="code-block mono" tabIndex={0}>
        {text}
      </pre>
      <span style={{ position: 'absolute', top: 6, insetInlineEnd: 6 }}>
        <CopyButton text={text} />
      </span>
    </div>
  )
  return (
    <Tabs
      size="small"
      items={[
        { key: 'cli', label: say('copy.asCli'), children: shown(cliCommand(operation, input)) },
        { key: 'code', label: say('copy.asCode'), children: shown(program(operation, input)) },
      ]}
    />
  )
}

function program(operation: AnyOperation, input: unknown): string {
  const fields = Object.entries(operation.request as Record<string, Field>).flatMap(([wireName, field]) => {
    const name = codeName(wireName)
    const value = (input as Record<string, unknown>)[name]
    return value === undefined ? [] : [`  ${name}: ${literal(name, field, value)},`]
  })
  const method = codeName(operation.name)
  return `import { Client, defaultCredentials } from 'keyhaven-sdk'

const client = new Client({ endpoint: '${location.origin}', credentials: defaultCredentials() })
const answer = await client.${method}({
${fields.join('\n')}
})`
}

function literal(name: string, field: Field, value: unknown): string {
  if (field.sensitive) return field.kind === 'stringMap' ? '{ /* … */ }' : name
  if (value instanceof Uint8Array) return `Buffer.from('${value.toBase64()}', 'base64')`
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)
}
