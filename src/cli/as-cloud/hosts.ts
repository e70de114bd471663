import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cloudNames } from '../../server/tls/names.ts'
import type { ReachableServer } from '../client-environment.ts'

/**
 * The lines of a hosts file by which the names of the cloud lead to this machine. Such a file knows no `*`, so there is
 * a line to fill in for instances; names that the certificate lacks stand there as remarks.
 */
export function hostsLines({ regionId, caFile }: ReachableServer): readonly string[] {
  const certificate = certificateBeside(caFile)
  const isThere = (name: string): boolean => certificate?.checkHost(name.replace('*', 'x')) !== undefined
  return cloudNames([regionId]).map((name) => {
    const line = `127.0.0.1 ${name.replace('*', '<instance>')}`
    if (certificate !== undefined && !isThere(name)) return `# the certificate of the server lacks it: ${line}`
    return name.startsWith('*') ? `# ${line}` : line
  })
}

/** Of a server that has its certificate from elsewhere it is not known here. */
function certificateBeside(caFile: string | undefined): X509Certificate | undefined {
  const file = caFile && join(dirname(caFile), 'server.pem')
  return file && existsSync(file) ? new X509Certificate(readFileSync(file)) : undefined
}
