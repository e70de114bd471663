import type { Page } from './store.ts'

export interface PageInput {
  readonly pageNumber: number
  readonly pageSize: number
}

export const pageOf = ({ pageNumber, pageSize }: PageInput): Page => ({
  offset: (pageNumber - 1) * pageSize,
  limit: pageSize,
})

/** The part of an answer that says where in the list it is. */
export const paged = ({ pageNumber, pageSize }: PageInput, totalCount: number) => ({ pageNumber, pageSize, totalCount })

/** Nothing but the number of matches. */
export const countOnly: Page = { offset: 0, limit: 0 }
