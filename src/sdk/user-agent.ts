import { version } from '../api/version.ts'

/** The client names itself in the manner of the official ones; `suffix` comes from the application. */
export function userAgent(suffix?: string): string {
  const own = `Keyhaven/${version} (${process.platform}; ${process.arch}) Node.js/${process.version}`
  return suffix === undefined ? own : `${own} ${suffix}`
}
