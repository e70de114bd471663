import type { Compared } from './comparison.ts'

export interface Report {
  /** where the first server is, or the cassette that stood for it */
  readonly first: string
  readonly second: string
  readonly calls: number
  /** calls that the two have answered differently */
  readonly differing: number
  readonly operations: readonly { readonly action: string; readonly calls: number; readonly differing: number }[]
  readonly differences: readonly Compared[]
}

export function reportOf(places: Pick<Report, 'first' | 'second'>, compared: readonly Compared[]): Report {
  const differences = compared.filter((call) => call.differences.length > 0)
  const operations = [...Map.groupBy(compared, ({ action }) => action)].map(([action, calls]) => ({
    action,
    calls: calls.length,
    differing: calls.filter((call) => call.differences.length > 0).length,
  }))
  return { ...places, calls: compared.length, differing: differences.length, operations, differences }
}

/** Both may be at the same place, or have the same name. */
export const headingsOf = ({ first, second }: Report) => [`First: ${first}`, `Second: ${second}`] as const

/** A page that needs nothing else. */
export function htmlReport(report: Report): string {
  const { calls, differing, operations, differences } = report
  const headings = headingsOf(report).map(escaped)
  const title = `${differing} of ${calls} calls answered differently`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color-scheme: light dark }
table { border-collapse: collapse; margin: 1rem 0 } th, td { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere; white-space: pre-wrap }
</style>
<h1>${escaped(title)}</h1>
<p>${headings.join('<br>')}</p>
${table(['call', 'operation', 'where', ...headings], rowsOf(differences))}
<h2>Operations</h2>
${table(
  ['operation', 'calls', 'answered differently'],
  operations.map((operation) => [operation.action, String(operation.calls), String(operation.differing)]),
)}
</html>
`
}

const rowsOf = (differences: readonly Compared[]): readonly (readonly string[])[] =>
  differences.flatMap(({ number, action, differences: found }) =>
    found.map((difference) => [String(number), action, difference.path, difference.first, difference.second]),
  )

const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table>
<tr>${headings.map((heading) => `<th>${heading}</th>`).join('')}</tr>
${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('\n')}
</table>`

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
