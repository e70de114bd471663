const form = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * A time as the API writes it, ISO 8601 with date, time and zone: `yyyy-MM-ddTHH:mm:ssZ`; seconds may be left out or have
 * a fraction, and the zone may be an offset.
 *
 * @returns milliseconds since 1970; NaN for what is no time, 30 February included, which `Date.parse` takes for 2 March
 */
export function parseTime(text: string): number {
  const [, year, month, day] = form.exec(text) ?? []
  if (day === undefined || Number(day) > daysIn(Number(year), Number(month))) return Number.NaN
  return Date.parse(text)
}

/** The day before the first one of the next month. */
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()
