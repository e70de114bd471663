import type { Input, Operation, Result } from '../../api/operation.ts'
import type { Behaviour, Call } from '../../core/kms.ts'

/** What runs an operation: its input as the contract decodes it, its result as the contract encodes it. */
export interface Pair {
  readonly operation: Operation
  readonly run: (call: Call, input: Record<string, unknown>) => unknown
}

/** Pairs a contract with its behaviour. A behaviour of other fields does not compile. */
export const on = <O extends Operation>(
  operation: O,
  behaviour: Behaviour<Input<NoInfer<O>>, Result<NoInfer<O>>>,
): Pair => ({
  operation,
  // `decode` makes exactly what the contract's type says.
  run: (call, input) => behaviour(call, input as Input<O>),
})
