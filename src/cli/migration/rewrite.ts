/** What stands in ARNs of a key or secret. */
interface Place {
  readonly region: string
  readonly accountId: string
}

/** @param arn - `acs:kms:<region>:<account>:…` */
export function placeIn(arn: string): Place {
  const [, , region = '', accountId = ''] = arn.split(':')
  return { region, accountId }
}

/**
 * A policy as it has to be at the target: ids of keys and instances, account and region are whole words in it, and become
 * those of the target. Names of users and roles stay.
 */
export function rewritten(policy: string, words: ReadonlyMap<string, string>): string {
  return policy.replace(/[A-Za-z0-9-]+/g, (word) => words.get(word) ?? word)
}

/** @param ids - of keys and instances, source → target */
export function wordsFor(
  ids: Iterable<readonly [string, string]>,
  source: Place,
  target: Place,
): ReadonlyMap<string, string> {
  return new Map([...ids, [source.accountId, target.accountId], [source.region, target.region]])
}
