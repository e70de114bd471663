import { invalidParameter } from '../errors.ts'

/** Loaded on first use: a server whose callers have no certificates needs none of it. */
export const x509 = async () => {
  const [names, alternativeNames, requests, certificates] = await Promise.all([
    import('../../certificates/name.ts'),
    import('../../certificates/alternative-name.ts'),
    import('../../certificates/request.ts'),
    import('../../certificates/certificate.ts'),
  ])
  return { ...names, ...alternativeNames, ...requests, ...certificates }
}

/** Runs a parser of what a caller gave as `parameter`. @throws KmsError `InvalidParameter`, with its reason */
export function refusing<Value>(parameter: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error && error.name === 'CertificateError') throw invalidParameter(parameter, error.message)
    throw error
  }
}
