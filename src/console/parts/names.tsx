import { useQuery } from '@tanstack/react-query'
import { Spin } from 'antd'
import { useSay } from '../text/language.tsx'

interface Props {
  /** tells the question from others */
  readonly about: readonly string[]
  find(): Promise<readonly string[]>
}

/** What hangs on something, by name. */
export function Names({ about, find }: Props) {
  const say = useSay()
  const { data, error } = useQuery({ queryKey: ['names', ...about], queryFn: find })
  if (error) return error.message
  if (data === undefined) return <Spin size="small" />
  return data.length === 0 ? say('word.none') : data.join(', ')
}
