import { Button, Input } from 'antd'
import { type ChangeEvent, useRef, useState } from 'react'
import { GetRandomPassword } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { useSay } from '../../text/language.tsx'

interface Props {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (value: string) => void
  setDataType(type: 'text' | 'binary'): void
}

/** A secret's value: text, JSON that is checked while it is typed, a file, or a random password. */
export function SecretValueInput({ id, value = '', onChange, setDataType }: Props) {
  const say = useSay()
  const [failure, setFailure] = useState<unknown>()
  const [isHidden, setHidden] = useState(true)
  const file = useRef<HTMLInputElement>(null)
  const problem = jsonProblem(value)

  async function readFile({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [chosen] = target.files ?? []
    if (!chosen) return
    const bytes = new Uint8Array(await chosen.arrayBuffer())
    const text = asText(bytes)
    setDataType(text === undefined ? 'binary' : 'text')
    onChange?.(text ?? bytes.toBase64())
    target.value = ''
  }

  return (
    <div>
      <div className="row" style={{ marginBottom: 6 }}>
        <Button
          size="small"
          onClick={() =>
            void call(GetRandomPassword, {}).then(({ randomPassword }) => onChange?.(randomPassword), setFailure)
          }
        >
          {say('secrets.randomPassword')}
        </Button>
        <Button size="small" onClick={() => file.current?.click()}>
          {say('form.file')}
        </Button>
        <Button
          size="small"
          disabled={value === '' || problem !== undefined || !looksLikeJson(value)}
          onClick={() => onChange?.(JSON.stringify(JSON.parse(value), null, 2))}
        >
          {say('secrets.formatJson')}
        </Button>
        <Button size="small" aria-pressed={!isHidden} onClick={() => setHidden(!isHidden)}>
          {say(isHidden ? 'secrets.showTyped' : 'secrets.hideTyped')}
        </Button>
        <input ref={file} type="file" hidden aria-label={say('form.file')} onChange={(event) => void readFile(event)} />
      </div>
      <Input.TextArea
        id={id}
        className={isHidden ? 'mono hidden-text' : 'mono'}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={({ target }) => onChange?.(target.value)}
      />
      {problem !== undefined && <div role="status">{say('form.notJson', { why: problem })}</div>}
      <ErrorNote error={failure} />
    </div>
  )
}

const looksLikeJson = (text: string): boolean => /^\s*[{[]/.test(text)

function jsonProblem(text: string): string | undefined {
  if (!looksLikeJson(text)) return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    // what the parser says may quote the value
    return error instanceof SyntaxError ? (/position \d+/.exec(error.message)?.[0] ?? '…') : '…'
  }
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
