import { Button } from 'antd'
import { useSay } from '../text/language.tsx'

interface Props {
  readonly change: () => void
  readonly remove: () => void
}

/** What can be done with one of a list. */
export function RowActions({ change, remove }: Props) {
  const say = useSay()
  return (
    <span className="row">
      <Button size="small" onClick={change}>
        {say('word.edit')}
      </Button>
      <Button size="small" danger onClick={remove}>
        {say('word.delete')}
      </Button>
    </span>
  )
}
