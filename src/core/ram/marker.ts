import { invalidParameter } from '../errors.ts'
import type { Page } from '../store.ts'

interface MarkerInput {
  readonly marker?: string | undefined
  readonly maxItems: number
}

/** The page that a marker points at: it is the number of items already seen. */
export function markedPage({ marker = '0', maxItems }: MarkerInput): Page {
  if (!/^\d{1,9}$/.test(marker)) throw invalidParameter('Marker')
  return { offset: Number(marker), limit: maxItems }
}

/** Whether there is more after a page, and the marker that leads there. */
export function afterPage({ offset }: Page, items: number, total: number) {
  const isTruncated = offset + items < total
  return { isTruncated, ...(isTruncated ? { marker: String(offset + items) } : {}) }
}
