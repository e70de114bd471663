import { decodeBase64, encodeBase64 } from '../../../../crypto/base64.ts'
import { BytesInput } from '../../../form/bytes-input.tsx'

interface Props {
  readonly id?: string
  readonly value?: string
  readonly onChange?: (value: string | undefined) => void
}

/** Bytes that travel as Base64 text, which the operation takes for opaque. */
export function Base64Input({ value, onChange, ...rest }: Props) {
  const bytes = value === undefined ? undefined : decodeBase64(value)
  return (
    <BytesInput
      {...rest}
      {...(bytes ? { value: bytes } : {})}
      onChange={(given) => onChange?.(given === undefined ? undefined : encodeBase64(given))}
    />
  )
}
