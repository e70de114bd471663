import { version } from '../../api/version.ts'
import { type KeptRecord, keptRecord } from '../audit/query.ts'
import type { ShippedRecord } from './receiver.ts'

/** RFC 5424 §6.2.1: facility 13, log audit */
const facility = 13
const [warning, informational] = [4, 6]
/** RFC 5424 §7.3.1: a sequence id has 31 bits, and goes on with 1 */
const mostSequenceId = 2 ** 31 - 1

/** RFC 5424: the line of the log as it is, with its number in the header. */
export function syslogMessage({ seq, line }: ShippedRecord): string {
  const record = keptRecord(line)
  const priority = facility * 8 + (isRefusal(record) ? warning : informational)
  const [time = '-', host = '-', what = '-'] = [record?.time, record?.node, record?.action].map(headerField)
  const software = `[origin software="keyhaven" swVersion="${version}"]`
  const sequence = `[meta sequenceId="${((seq - 1) % mostSequenceId) + 1}"]`
  return `<${priority}>1 ${time} ${host} keyhaven - ${what.slice(0, 32)} ${software}${sequence} ${line}`
}

const isRefusal = (record: KeptRecord | undefined): boolean => record?.code !== undefined && record.code !== 'Success'

/** RFC 5424 §6.2: printable ASCII without spaces */
const headerField = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text.replaceAll(/[^!-~]/g, '?').slice(0, 255)
