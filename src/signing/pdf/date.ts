/** ISO 32000-2 §7.9.4, in UTC: `D:20260131235959Z`. */
export const pdfDate = (date: Date): string => `D:${date.toISOString().replace(/\.\d+|[-:T]/g, '')}`

/** undefined if it is no date */
export function readPdfDate(text: string): Date | undefined {
  const pattern = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?'?)?/
  const [
    all,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    sign,
    hours = '00',
    minutes = '00',
  ] = pattern.exec(text) ?? []
  if (all === undefined) return undefined
  const zone = sign === undefined ? 'Z' : `${sign}${hours}:${minutes}`
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
