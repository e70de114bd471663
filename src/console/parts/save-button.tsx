import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useSay } from '../text/language.tsx'

interface Props {
  readonly name: string
  readonly content: string | Uint8Array
  readonly label?: string
  readonly primary?: boolean
}

export function SaveButton({ name, content, label, primary }: Props) {
  const say = useSay()
  return (
    <Button
      {...(label ? {} : { type: 'text', size: 'small', 'aria-label': say('save.as', { name }) })}
      {...(primary ? { type: 'primary' } : {})}
      icon={<DownloadOutlined />}
      onClick={() => saveFile(name, content)}
    >
      {label}
    </Button>
  )
}

/** Hands a file to the browser's downloads. */
export function saveFile(name: string, content: string | Uint8Array): void {
  const url = URL.createObjectURL(new Blob([content as BlobPart], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
