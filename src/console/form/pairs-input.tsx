import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useSay } from '../text/language.tsx'

export interface Pair {
  readonly name?: string
  readonly value?: string
}

interface Props {
  readonly value?: readonly Pair[]
  readonly onChange?: (value: readonly Pair[]) => void
  readonly names?: { readonly name: string; readonly value: string }
}

/** Names and values, as many as are wanted. */
export function PairsInput({ value = [], onChange, names }: Props) {
  const say = useSay()
  const nameLabel = names?.name ?? say('form.name')
  const valueLabel = names?.value ?? say('form.value')
  const put = (index: number, pair: Pair): void => onChange?.(value.map((old, at) => (at === index ? pair : old)))
  return (
    <div className="stack" style={{ gap: 6 }}>
      {value.map((pair, index) => (
        <div className="row" key={index} style={{ flexWrap: 'nowrap' }}>
          <Input
            aria-label={nameLabel}
            placeholder={nameLabel}
            value={pair.name}
            onChange={({ target }) => put(index, { ...pair, name: target.value })}
          />
          <Input
            aria-label={valueLabel}
            placeholder={valueLabel}
            value={pair.value}
            onChange={({ target }) => put(index, { ...pair, value: target.value })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={`${say('form.remove')} ${pair.name ?? ''}`}
            onClick={() => onChange?.(value.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button size="small" icon={<PlusOutlined />} onClick={() => onChange?.([...value, {}])}>
          {say('form.add')}
        </Button>
      </div>
    </div>
  )
}
