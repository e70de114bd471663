import { Tooltip } from 'antd'
import { useLanguage } from '../text/language.tsx'

/** A time of the server in words of the reader's place; UTC when pointed at. */
export function Time({ value, none = '–' }: { readonly value: string | undefined; readonly none?: string }) {
  const { language } = useLanguage()
  const date = new Date(value ?? '')
  if (value === undefined || value === '' || Number.isNaN(date.getTime())) return <>{none}</>
  return (
    <Tooltip title={`${date.toISOString().slice(0, 19)}Z (UTC)`}>
      <time dateTime={value} style={{ whiteSpace: 'nowrap' }}>
        {date.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })}
      </time>
    </Tooltip>
  )
}
