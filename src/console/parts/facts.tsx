import { Descriptions, Tooltip } from 'antd'
import type { ReactNode } from 'react'

export interface Fact {
  readonly name: string
  readonly value: ReactNode
  readonly help?: string
}

/** Names and values of one thing. */
export function Facts({
  facts,
  columns = 2,
}: {
  readonly facts: readonly (Fact | false)[]
  readonly columns?: number
}) {
  return (
    <Descriptions
      bordered
      size="small"
      column={{ xs: 1, sm: 1, md: 1, lg: columns }}
      items={facts
        .filter((fact) => fact !== false)
        .map(({ name, value, help }) => ({
          key: name,
          label: help ? <Tooltip title={help}>{name}</Tooltip> : name,
          children: value === '' ? '–' : (value ?? '–'),
        }))}
    />
  )
}
