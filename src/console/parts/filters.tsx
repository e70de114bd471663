import { Input, Select } from 'antd'
import type { ListState } from './list-state.ts'

interface Props<Filter extends string> {
  readonly list: ListState<Filter>
  readonly filter: Filter
  readonly label: string
  readonly width?: number
}

/** What a list is narrowed down by as somebody types it, asked for with Enter. */
export function TextFilter<Filter extends string>({ list, filter, label, width = 230 }: Props<Filter>) {
  const value = list.filters[filter]
  return (
    <Input.Search
      key={value ?? ''}
      allowClear
      aria-label={label}
      placeholder={label}
      style={{ width }}
      defaultValue={value}
      onSearch={(text) => list.setFilter(filter, text.trim())}
    />
  )
}

interface ChoiceProps<Filter extends string> extends Props<Filter> {
  readonly values: readonly string[]
  shown?(value: string): string
}

/** What it is narrowed down by out of a few, or many: then it is found by typing. */
export function ChoiceFilter<Filter extends string>(props: ChoiceProps<Filter>) {
  const { list, filter, label, width = 150, values, shown = (value) => value } = props
  return (
    <Select
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      aria-label={label}
      placeholder={label}
      style={{ minWidth: width }}
      value={list.filters[filter]}
      options={values.map((value) => ({ value, label: shown(value) }))}
      onChange={(value?: string) => list.setFilter(filter, value)}
    />
  )
}
