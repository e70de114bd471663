import type { ServerIo } from './io.ts'

export interface Progress {
  readonly done: number
  readonly total: number
}

/** One line that changes on a terminal; silence everywhere else. */
export function progressOn({ stderr }: ServerIo, what: string): (progress: Progress) => void {
  let shown = -1
  return ({ done, total }) => {
    const percent = Math.floor((100 * done) / Math.max(total, 1))
    if (stderr.isTTY !== true || percent === shown) return
    shown = percent
    stderr.write(`\r${what}: ${percent} %\u001b[K${percent === 100 ? '\n' : ''}`)
  }
}
