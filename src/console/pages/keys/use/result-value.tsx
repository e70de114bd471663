import { Alert, Segmented } from 'antd'
import { useState } from 'react'
import { decodeBase64, encodeBase64 } from '../../../../crypto/base64.ts'
import { CopyButton } from '../../../parts/copy-button.tsx'
import { SaveButton } from '../../../parts/save-button.tsx'
import { fieldLabel } from '../../../text/fields.ts'
import { useLanguage } from '../../../text/language.tsx'

/** One value of an answer: bytes as Base64, as text where they are text; a verdict in words. */
export function ResultValue({ name, value }: { readonly name: string; readonly value: unknown }) {
  const { language, say } = useLanguage()
  const [form, setForm] = useState<'text' | 'base64'>('text')
  if (typeof value === 'boolean')
    return <Alert type={value ? 'success' : 'error'} showIcon title={say(value ? 'use.right' : 'use.wrong')} />
  const bytes = value instanceof Uint8Array ? value : decodeBase64(String(value))
  const text = bytes === undefined ? String(value) : readable(bytes)
  const base64 = bytes === undefined ? undefined : encodeBase64(bytes)
  const shown = form === 'text' && text !== undefined ? text : (base64 ?? text ?? '')
  return (
    <section>
      <div className="row">
        <strong>{fieldLabel(language, name.charAt(0).toUpperCase() + name.slice(1))}</strong>
        {text !== undefined && base64 !== undefined && (
          <Segmented
            size="small"
            value={form}
            onChange={setForm}
            options={[
              { value: 'text', label: say('form.text') },
              { value: 'base64', label: say('form.base64') },
            ]}
          />
        )}
        <CopyButton text={shown} />
        <SaveButton name={`${name}.bin`} content={bytes ?? String(value)} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre className="code-block mono" tabIndex={0} data-result={name}>
        {shown}
      </pre>
    </section>
  )
}

/** @returns undefined for bytes that are no printable text */
function readable(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return [...text].some((char) => char < ' ' && !'\t\r\n'.includes(char)) ? undefined : text
  } catch {
    return undefined
  }
}
