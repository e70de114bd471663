import type { Row } from './measure.ts'

/** Rows as a Markdown table, each beside its aim. */
export function rowTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { name, ratio, spread, aim, unit = '', command } = row
    const range = spread.min === spread.max ? '' : ` (${shown(spread.min)}–${shown(spread.max)})`
    return [name, `${shown(ratio)}${unit}${range}`, aim, isMet(row), `\`${command}\``]
  })
  return [['what', 'median (least–most)', 'aim', 'met', 'alone'], ['---', '---', '---', '---', '---'], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('')
}

function isMet({ ratio, aim }: Row): string {
  const [, sign = '', bound = ''] = /^([≤≥<>]) ([\d.]+)/.exec(aim) ?? []
  const holds = comparisons[sign]
  return holds ? (holds(ratio, Number(bound)) ? 'yes' : 'no') : ''
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '≤': (value, bound) => value <= bound,
  '≥': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '>': (value, bound) => value > bound,
}

const shown = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2))
