/**
 * Rows as CSV (RFC 4180), with the names of all fields first. What a spreadsheet would take for a formula is made text.
 */
export function asCsv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const line = (cells: readonly unknown[]): string => cells.map(cell).join(',')
  return `${[line(names), ...rows.map((row) => line(names.map((name) => row[name])))].join('\r\n')}\r\n`
}

function cell(value: unknown): string {
  const text = value === undefined ? '' : String(value)
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
