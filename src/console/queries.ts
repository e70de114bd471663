import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query'
import type { RequestOf, ResponseOf } from '../api/operation.ts'
import { type AnyOperation, afterRefusal, call } from './call.ts'
import { CallError } from './call-error.ts'
import { afterOutage, suspectOutage } from './service/outage.ts'
import { forgetSession, session } from './sign-in/session.ts'

const maxAttempts = 3

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // a server on the same machine answers without a network, too
      networkMode: 'always',
      staleTime: 5000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < maxAttempts && error instanceof CallError && error.code === 'Rejected.Throttling',
    },
    mutations: { networkMode: 'always' },
  },
})

afterRefusal((error) => {
  if (error.isOutage) suspectOutage()
  if (error.isSessionEnd) forgetSession('ended')
})
afterOutage(() => void queries.invalidateQueries())
// What was on the pages belongs to the session.
session.watch(() => {
  if (session.get().state === 'out') queries.clear()
})

export interface AskOptions {
  readonly enabled?: boolean
  /** goes on showing the page before while the next one is fetched */
  readonly keepPrevious?: boolean
  readonly everyMs?: number | false
}

/** Asks the server and keeps the answer; the same question on one page is asked once. */
export function useAnswer<O extends AnyOperation>(
  operation: O,
  input: RequestOf<O>,
  { enabled = true, keepPrevious = false, everyMs = false }: AskOptions = {},
): UseQueryResult<ResponseOf<O>, Error> {
  return useQuery({
    queryKey: [operation.name, input],
    queryFn: ({ signal }) => call(operation, input, signal),
    enabled,
    refetchInterval: everyMs,
    ...(keepPrevious ? { placeholderData: keepPreviousData } : {}),
  })
}

/** Changes something. Whatever is on the page is asked for anew afterwards, since changes reach further than one record. */
export function useChange<O extends AnyOperation>(operation: O): UseMutationResult<ResponseOf<O>, Error, RequestOf<O>> {
  return useMutation({
    mutationFn: (input: RequestOf<O>) => call(operation, input),
    onSuccess: () => (operation.mutates ? queries.invalidateQueries() : undefined),
    // what was sent may be a secret: nothing of it stays
    gcTime: 0,
  })
}
