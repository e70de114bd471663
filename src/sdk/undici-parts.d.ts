/**
 * Types of the parts of undici that `transport.ts` loads. Its front door also loads fetch, WebSocket, mocks and caches,
 * which nothing here needs: half of the start of a command.
 */
declare module 'undici/lib/dispatcher/agent.js' {
  export { Agent as default } from 'undici'
}
declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher } from 'undici'
  export default function request(
    this: Dispatcher,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>
}
