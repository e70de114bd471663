/** One page of a list operation. */
interface Page {
  readonly totalCount: number
}

const pageSize = 100

/**
 * All items of a list operation, page after page.
 *
 * @param fetch - calls the operation
 * @param items - takes the items out of an answer
 */
export async function* everyItem<P extends Page, Item>(
  fetch: (page: { pageNumber: number; pageSize: number }) => Promise<P>,
  items: (page: P) => readonly Item[],
): AsyncGenerator<Item> {
  for (let pageNumber = 1; ; pageNumber++) {
    const page = await fetch({ pageNumber, pageSize })
    yield* items(page)
    if (pageNumber * pageSize >= page.totalCount || items(page).length === 0) return
  }
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** `work` on every item, at most `width` at a time, results in the order of the items. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  return results
}

/** One answer of a list operation of RAM. */
interface MarkedPage {
  readonly isTruncated: boolean
  readonly marker?: string | undefined
}

/** All items of a list operation of RAM, which goes on where its marker points. */
export async function* everyMarked<P extends MarkedPage, Item>(
  fetch: (page: { marker?: string; maxItems: number }) => Promise<P>,
  items: (page: P) => readonly Item[],
): AsyncGenerator<Item> {
  let marker: string | undefined
  do {
    const page: P = await fetch({ maxItems: pageSize, ...(marker === undefined ? {} : { marker }) })
    yield* items(page)
    marker = page.isTruncated ? page.marker : undefined
  } while (marker !== undefined)
}
