import type { Client } from '../../sdk/client.ts'
import { type Answer, ask, type Call } from './call.ts'
import { Counterparts } from './counterparts.ts'
import { type Difference, differencesOf } from './differences.ts'

/** One call at both servers. */
export interface Compared {
  /** counted from 1 */
  readonly number: number
  readonly action: string
  readonly first: string
  readonly second: string
  readonly differences: readonly Difference[]
}

/** Two servers that are asked the same, one call after the other, since calls change what later ones find. */
export class Comparison {
  readonly compared: Compared[] = []
  readonly #second: Client
  readonly #known = new Counterparts()
  #turn: Promise<unknown> = Promise.resolve()

  /** @param second - the server that is mirrored to */
  constructor(second: Client) {
    this.#second = second
  }

  /**
   * @param first - asks the first server, or knows what it answered
   * @returns the answer of the first
   */
  compare(call: Call, first: () => Promise<Answer> | Answer): Promise<Answer> {
    const turn = this.#turn.then(() => this.#compare(call, first))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #compare(call: Call, first: () => Promise<Answer> | Answer): Promise<Answer> {
    const answer = await first()
    const parameters = Object.entries(call.parameters).map(([name, value]) => [name, this.#known.translate(value)])
    const mirrored = await ask(this.#second, { ...call, parameters: Object.fromEntries(parameters) })
    const differences = differencesOf(call, answer, mirrored, this.#known)
    const number = this.compared.length + 1
    this.compared.push({ number, action: call.action, first: answer.code, second: mirrored.code, differences })
    return answer
  }
}
