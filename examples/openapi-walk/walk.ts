import type { Client } from '../../src/sdk/index.ts'

/** What the stations of the walk share. */
export interface Walk {
  readonly client: Client
  /** one call, or a few that belong together; its name is printed when everything in it held */
  station(name: string, work: () => Promise<void>): Promise<void>
}

export const message = Buffer.from('测试消息')

export function walkWith(client: Client): Walk & { readonly done: readonly string[] } {
  const done: string[] = []
  return {
    client,
    done,
    async station(name, work) {
      await work()
      done.push(...name.split(', '))
      console.log(`passed: ${name}`)
    },
  }
}
