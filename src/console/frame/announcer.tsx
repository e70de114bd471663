import { useWatched, Watched } from '../watched.ts'

const said = new Watched('')

/** Says what has happened to who cannot see it. */
export const announce = (text: string): void => said.set(text)

export function Announcer() {
  return (
    <div className="only-heard" role="status" aria-live="polite">
      {useWatched(said)}
    </div>
  )
}
