import { ClientError } from '../../sdk/errors.ts'
import { type Asked, ask } from './ask.ts'
import type { Answer, Call } from './call.ts'
import { Counterparts } from './counterparts.ts'
import { type Difference, differencesOf } from './differences.ts'

/** One call at both servers. */
export interface Compared {
  /** counted from 1 */
  readonly number: number
  readonly action: string
  /** `Success`, an error code, or the code of why there was no answer */
  readonly first: string
  readonly second: string
  readonly differences: readonly Difference[]
}

const notAsked = '(not asked)'

/** Two servers that are asked the same, one call after the other, since calls change what later ones find. */
export class Comparison {
  readonly compared: Compared[] = []
  readonly #second: Asked
  readonly #known = new Counterparts()
  #turn: Promise<unknown> = Promise.resolve()

  /** @param second - the server that is mirrored to */
  constructor(second: Asked) {
    this.#second = second
  }

  /**
   * @param first - asks the first server, or knows what it answered
   * @returns the answer of the first, whatever the second does: the first has carried the call out
   * @throws ClientError when the first gives no answer; the second is not asked then
   */
  compare(call: Call, first: () => Promise<Answer> | Answer): Promise<Answer> {
    const turn = this.#turn.then(() => this.#compare(call, first))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #compare(call: Call, first: () => Promise<Answer> | Answer): Promise<Answer> {
    const answer = await answerOrError(first)
    const second = answer instanceof ClientError ? undefined : await answerOrError(() => this.#mirrored(call))
    const differences =
      answer instanceof ClientError || second === undefined || second instanceof ClientError
        ? [{ path: 'answer', first: shown(answer), second: shown(second) }]
        : differencesOf(call, answer, second, this.#known)
    const codes = { first: answer.code, second: second?.code ?? notAsked }
    this.compared.push({ number: this.compared.length + 1, action: call.action, ...codes, differences })
    if (answer instanceof ClientError) throw answer
    return answer
  }

  #mirrored(call: Call): Promise<Answer> {
    const parameters = Object.entries(call.parameters).map(([name, value]) => [name, this.#known.translate(value)])
    return ask(this.#second, { ...call, parameters: Object.fromEntries(parameters) })
  }
}

type Outcome = Answer | ClientError

/** One that gives no answer differs from one that does. */
async function answerOrError(work: () => Promise<Answer> | Answer): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ClientError) return error
    throw error
  }
}

function shown(outcome: Outcome | undefined): string {
  if (outcome === undefined) return notAsked
  return outcome instanceof ClientError ? `${outcome.code}: ${outcome.message}` : outcome.code
}
