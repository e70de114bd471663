import { createAuthority, createServerCertificate, type Identity } from '../../server/tls/authority.ts'

/** A certificate for this machine, of the kind that Keyhaven has, and the CA that made it. */
export interface LocalIdentity extends Identity {
  readonly ca: string
}

export async function localIdentity(): Promise<LocalIdentity> {
  const names = ['localhost', '127.0.0.1']
  const authority = await createAuthority('bench', names, new Date())
  return { ...(await createServerCertificate(authority, names, new Date())), ca: authority.certificate }
}
