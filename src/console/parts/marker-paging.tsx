import { Button } from 'antd'
import { useState } from 'react'
import { useSay } from '../text/language.tsx'

/** Lists that go on from a marker: the markers of the pages gone through are kept to go back by. */
export function useMarkers() {
  const [markers, setMarkers] = useState<readonly string[]>([])
  return {
    marker: markers.at(-1),
    isFirst: markers.length === 0,
    next: (marker: string) => setMarkers([...markers, marker]),
    back: () => setMarkers(markers.slice(0, -1)),
  }
}

interface Props {
  readonly markers: ReturnType<typeof useMarkers>
  readonly next: string | undefined
}

export function MarkerPaging({ markers, next }: Props) {
  const say = useSay()
  if (markers.isFirst && !next) return null
  return (
    <div className="row">
      <Button disabled={markers.isFirst} onClick={markers.back}>
        {say('list.before')}
      </Button>
      <Button disabled={!next} onClick={() => next && markers.next(next)}>
        {say('list.after')}
      </Button>
    </div>
  )
}
