import type { Input, Operation, Result } from '../../api/operation.ts'
import type { Caller } from '../../core/access/caller.ts'
import type { AuditNotes, Behaviour, Call, Kms } from '../../core/kms.ts'

export type ProvenCaller = Omit<Caller, 'sourceAddress' | 'secureTransport'>

/** What runs an operation: its input as the contract decodes it, its result as the contract encodes it. */
export interface Pair {
  readonly operation: Operation
  readonly run: (call: Call, input: Record<string, unknown>) => unknown
  /** of an operation whose calls need no signature: who calls, by what the input holds */
  readonly prove?: (kms: Kms, input: Record<string, unknown>, audit: AuditNotes) => Promise<ProvenCaller>
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

/** Pairs a contract whose calls need no signature: the input itself proves who calls. */
export const onUnsigned = <O extends Operation>(
  operation: O,
  prove: (kms: Kms, input: Input<NoInfer<O>>, audit: AuditNotes) => Promise<ProvenCaller>,
  behaviour: Behaviour<Input<NoInfer<O>>, Result<NoInfer<O>>>,
): Pair => ({ ...on(operation, behaviour), prove: (kms, input, audit) => prove(kms, input as Input<O>, audit) })
