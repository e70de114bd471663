/**
 * ARN of the role that a session is of; every other ARN as it is. Who may do something is decided of the role, and calls
 * are counted so: there may be as many sessions as calls.
 */
export const roleOfSession = (arn: string): string => arn.replace(/:assumed-role\/([^/]+)\/.*$/s, ':role/$1')

/** What the ARNs of a role's sessions begin with; every other ARN as it is. */
export const sessionsOfRole = (arn: string): string => arn.replace(/:role\/([^/]+)$/, ':assumed-role/$1/')
