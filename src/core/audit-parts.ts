import type { AuditPart, Call } from './kms.ts'

/**
 * Takes what was noted of one of several resources away from the notes of the call, so that the next one finds them
 * empty. In one field they would not fit: it is cut, and what stands behind many long names would be seen by nobody.
 *
 * @param answered - for this resource
 */
export function takePart(
  { audit }: Call,
  { code, status }: Pick<AuditPart, 'code' | 'status'> = { code: 'Success', status: 200 },
): AuditPart {
  const { used: _, parts: __, ...noted } = audit
  for (const name of Object.keys(noted)) delete audit[name as keyof typeof noted]
  return { ...noted, code, status }
}
