import { useSearchParams } from 'react-router'

export interface ListState<Filter extends string> {
  readonly pageNumber: number
  readonly pageSize: number
  readonly filters: Readonly<Partial<Record<Filter, string>>>
  readonly hasFilters: boolean
  setPage(pageNumber: number, pageSize: number): void
  /** Begins at the first page again. */
  setFilter(name: Filter, value: string | undefined): void
  clearFilters(): void
}

/** Page and filters of a list, kept in the URL: a list can be linked to, and the back button goes through it. */
export function useListState<const Filter extends string>(names: readonly Filter[]): ListState<Filter> {
  const [parameters, setParameters] = useSearchParams()
  const change = (work: (next: URLSearchParams) => void): void =>
    setParameters((now) => {
      const next = new URLSearchParams(now)
      work(next)
      return next
    })
  const filters = Object.fromEntries(
    names.flatMap((name) => (parameters.get(name) ? [[name, parameters.get(name)]] : [])),
  ) as Partial<Record<Filter, string>>
  return {
    pageNumber: wholeNumber(parameters.get('page'), 1),
    pageSize: Math.min(wholeNumber(parameters.get('size'), 20), 100),
    filters,
    hasFilters: Object.keys(filters).length > 0,
    setPage: (page, size) =>
      change((next) => {
        next.set('page', String(page))
        next.set('size', String(size))
      }),
    setFilter: (name, value) =>
      change((next) => {
        next.delete('page')
        if (value) next.set(name, value)
        else next.delete(name)
      }),
    clearFilters: () =>
      change((next) => {
        for (const name of names) next.delete(name)
        next.delete('page')
      }),
  }
}

const wholeNumber = (text: string | null, otherwise: number): number =>
  text !== null && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : otherwise
