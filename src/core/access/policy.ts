/** A policy document, parsed and checked. Identity policies have no principal; resource policies always do. */
export interface PolicyDocument {
  readonly version: '1'
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string | undefined
  readonly effect: 'Allow' | 'Deny'
  /** `acs:ram::<account>:…` patterns, of a resource policy */
  readonly principals?: readonly string[] | undefined
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly Condition[]
}

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}
