import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFDocument, type SaveOptions } from '@cantoo/pdf-lib'

/** A document of two pages with a form, as a well-known library writes it. */
export async function libraryPdf(options: SaveOptions = {}): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  const page = document.addPage([595, 842])
  page.drawText('Contract no. 1')
  document.addPage([842, 595])
  const field = document.getForm().createTextField('party.name')
  field.setText('Example Ltd')
  field.addToPage(page, { x: 50, y: 700 })
  return document.save(options)
}

const header = (version: string): string => `%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`
const objects: readonly string[] = [
  '<</Type /Catalog /Pages 2 0 R>>',
  '<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200]>>',
  '<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <<>>>>',
  '<</Length 21>>\nstream\n0 0 m 100 100 l S   \n\nendstream',
]

export interface HandmadeOptions {
  readonly version?: string
  /** members of the catalog beside type and pages */
  readonly catalog?: string
  /** objects from number 5 on */
  readonly more?: readonly string[]
  /** members of the trailer */
  readonly trailer?: string
  readonly lineEnd?: '\n' | '\r\n' | '\r'
}

/** A document of one page, written by hand with a cross-reference table. */
export function handmadePdf({
  version = '1.7',
  catalog = '',
  more = [],
  trailer = '',
  lineEnd = '\n',
}: HandmadeOptions = {}): Uint8Array {
  let text = header(version)
  const offsets: number[] = []
  const bodies = [`<</Type /Catalog /Pages 2 0 R ${catalog}>>`, ...objects.slice(1), ...more]
  for (const [index, body] of bodies.entries()) {
    offsets.push(text.length)
    text += `${index + 1} 0 obj\n${body}\nendobj\n`
  }
  const start = text.length
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  text += `xref${lineEnd}0 ${rows.length + 1}${lineEnd}0000000000 65535 f \n${rows.join('')}`
  text += `trailer${lineEnd}<</Size ${rows.length + 1} /Root 1 0 R ${trailer}>>${lineEnd}startxref${lineEnd}${start}${lineEnd}%%EOF${lineEnd}`
  return Buffer.from(text, 'latin1')
}

/** A document whose newer objects are found only through a stream beside its table. */
export function hybridPdf(): Uint8Array {
  let text = header('1.5')
  const offsets: number[] = []
  for (const [index, body] of objects.entries()) {
    offsets.push(text.length)
    text += `${index + 1} 0 obj\n${body}\nendobj\n`
  }
  const hidden = '5 0 '
  const container = `${hidden}<</Title (hidden)>>`
  const containerAt = text.length
  text += `6 0 obj\n<</Type /ObjStm /N 1 /First ${hidden.length} /Length ${container.length}>>\nstream\n${container}\nendstream\nendobj\n`
  const streamAt = text.length
  const row = (type: number, second: number, third: number): string =>
    String.fromCharCode(type, second >> 8, second & 255, third)
  const rows = row(2, 6, 0) + row(1, containerAt, 0)
  text += `7 0 obj\n<</Type /XRef /W [1 2 1] /Index [5 2] /Size 8 /Root 1 0 R /Length ${rows.length}>>\nstream\n${rows}\nendstream\nendobj\n`
  const start = text.length
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  text += `xref\n0 8\n0000000000 65535 f \n${lines.join('')}${'0000000000 00000 f \n'.repeat(3)}`
  text += `trailer\n<</Size 8 /Root 1 0 R /Info 5 0 R /XRefStm ${streamAt}>>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

/** Why a program of the machine cannot be used; false if it can. For the `skip` option of a test. */
export function missing(program: string, argument = '--version'): string | false {
  try {
    execFileSync(program, [argument], { stdio: 'pipe' })
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? `the ${program} command is not installed` : false
  }
}

/** Runs a program on files in a folder that is removed afterwards. */
export function withFiles<Value>(
  files: Readonly<Record<string, Uint8Array | string>>,
  work: (folder: string) => Value,
): Value {
  const folder = mkdtempSync(join(tmpdir(), 'keyhaven-pdf-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The document rewritten by qpdf. */
export const rewritten = (pdf: Uint8Array, ...options: readonly string[]): Uint8Array =>
  withFiles({ 'in.pdf': pdf }, (folder) => {
    execFileSync('qpdf', [...options, 'in.pdf', 'out.pdf'], { cwd: folder, stdio: 'pipe' })
    return readFileSync(join(folder, 'out.pdf'))
  })

/** What poppler says about each signature: `Signature is Valid.` */
export function pdfsig(pdf: Uint8Array): readonly string[] {
  const text = withFiles({ 'a.pdf': pdf }, (folder) =>
    execFileSync('pdfsig', ['-nocert', 'a.pdf'], { cwd: folder, encoding: 'utf8' }),
  )
  return [...text.matchAll(/Signature Validation: (.*)/g)].map(([, verdict = '']) => verdict)
}

/** What a signature is over, and its value without the zeros behind it; of the last signature unless another is asked for. */
export function signatureParts(
  pdf: Uint8Array,
  index = -1,
): { readonly content: Uint8Array; readonly cms: Uint8Array } {
  const bytes = Buffer.from(pdf)
  const ranges = [...bytes.toString('latin1').matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+) *\]/g)].at(index)
  const [, start = 0, next = 0, rest = 0] = (ranges ?? []).map(Number)
  const value = Buffer.from(bytes.toString('latin1', start + 1, next - 1), 'hex')
  return {
    content: Buffer.concat([bytes.subarray(0, start), bytes.subarray(next, next + rest)]),
    cms: value.subarray(0, value.readUInt16BE(2) + 4),
  }
}
