import { Button, Input, Segmented } from 'antd'
import { type ChangeEvent, useId, useRef, useState } from 'react'
import { decodeWrappedBase64 } from '../../crypto/base64.ts'
import { useSay } from '../text/language.tsx'

interface Props {
  readonly id?: string
  readonly value?: Uint8Array
  readonly onChange?: (value: Uint8Array | undefined) => void
  /** what is typed is Base64 at first; else text */
  readonly base64?: boolean
}

/** Bytes: typed as text or Base64, or read from a file. Given by {@link Props.onChange} as they are. */
export function BytesInput({ id, value, onChange, base64 = false }: Props) {
  const say = useSay()
  const [isBase64, setBase64] = useState(base64)
  const [text, setText] = useState(() => (value === undefined ? '' : isText(value)))
  const [fileName, setFileName] = useState<string>()
  const file = useRef<HTMLInputElement>(null)
  const own = useId()
  const bytes = read(text, isBase64)

  function change(next: string, asBase64: boolean): void {
    setText(next)
    setFileName(undefined)
    onChange?.(next === '' ? undefined : read(next, asBase64))
  }

  async function readFile({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [chosen] = target.files ?? []
    if (!chosen) return
    const content = new Uint8Array(await chosen.arrayBuffer())
    setFileName(`${chosen.name}, ${content.length} B`)
    setBase64(true)
    setText(content.toBase64())
    onChange?.(content)
    target.value = ''
  }

  return (
    <div>
      <div className="row" style={{ marginBottom: 6 }}>
        <Segmented
          size="small"
          value={isBase64 ? 'base64' : 'text'}
          options={[
            { value: 'text', label: say('form.text') },
            { value: 'base64', label: say('form.base64') },
          ]}
          onChange={(chosen) => {
            setBase64(chosen === 'base64')
            change(text, chosen === 'base64')
          }}
        />
        <Button size="small" onClick={() => file.current?.click()}>
          {say('form.file')}
        </Button>
        <input ref={file} type="file" hidden aria-label={say('form.file')} onChange={(event) => void readFile(event)} />
        {fileName && <span>{fileName}</span>}
      </div>
      <Input.TextArea
        id={id ?? own}
        className="mono"
        spellCheck={false}
        value={text}
        status={text !== '' && bytes === undefined ? 'error' : ''}
        onChange={(event) => change(event.target.value, isBase64)}
      />
      {text !== '' && bytes === undefined && <div role="alert">{say('form.notBase64')}</div>}
    </div>
  )
}

const read = (text: string, isBase64: boolean): Uint8Array | undefined =>
  isBase64 ? decodeWrappedBase64(text) : new TextEncoder().encode(text)

const isText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
