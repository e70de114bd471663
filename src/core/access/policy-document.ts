/** A policy document, parsed and checked. Identity policies have no principal; resource and trust policies always do. */
export interface PolicyDocument {
  readonly version: '1'
  readonly statements: readonly Statement[]
  /** of a policy that is attached to its holders */
  readonly name?: string | undefined
  /** of a resource policy: whose resource it is on, and of which kind */
  readonly protects?: { readonly accountId: string; readonly kind: 'key' | 'secret' } | undefined
}

export interface Statement {
  readonly sid?: string | undefined
  readonly effect: 'Allow' | 'Deny'
  /** of a resource or trust policy: `acs:ram::<account>:…`; in a trust policy also services, `ecs.aliyuncs.com` */
  readonly principals?: readonly string[] | undefined
  readonly actions: readonly string[]
  /** the statement is about every action but `actions` (`NotAction`) */
  readonly exceptActions: boolean
  readonly resources: readonly string[]
  /** the statement is about every resource but `resources` (`NotResource`) */
  readonly exceptResources: boolean
  readonly conditions: readonly Condition[]
}

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}
