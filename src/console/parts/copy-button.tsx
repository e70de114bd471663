import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { announce } from '../frame/announcer.tsx'
import { useSay } from '../text/language.tsx'

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const say = useSay()
  const [isCopied, setCopied] = useState(false)
  const name = label ?? say('copy.copy')
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    announce(say('copy.copied'))
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Tooltip title={isCopied ? say('copy.copied') : name}>
      <Button
        type="text"
        size="small"
        aria-label={name}
        icon={isCopied ? <CheckOutlined /> : <CopyOutlined />}
        onClick={() => void copy()}
      />
    </Tooltip>
  )
}
