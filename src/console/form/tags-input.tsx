import { useSay } from '../text/language.tsx'
import { PairsInput } from './pairs-input.tsx'

interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

interface Props {
  readonly value?: readonly Tag[]
  readonly onChange?: (value: readonly Tag[]) => void
}

export function TagsInput({ value = [], onChange }: Props) {
  const say = useSay()
  return (
    <PairsInput
      names={{ name: say('form.tagKey'), value: say('form.tagValue') }}
      value={value.map(({ tagKey, tagValue }) => ({ name: tagKey, value: tagValue }))}
      onChange={(pairs) => onChange?.(pairs.map(({ name = '', value: tagValue = '' }) => ({ tagKey: name, tagValue })))}
    />
  )
}
