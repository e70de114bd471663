/** A document of one page that says what it is for, to try signing on. */
export function sampleDocument(lines: readonly string[]): Uint8Array {
  const text = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n')
  const content = `BT /F 14 Tf 22 TL 72 740 Td\n${text}\nET`
  const bodies = [
    '<</Type /Catalog /Pages 2 0 R>>',
    '<</Type /Pages /Kids [3 0 R] /Count 1>>',
    '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>',
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
    '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>',
  ]
  let document = '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'
  const rows = ['0000000000 65535 f \n']
  for (const [index, body] of bodies.entries()) {
    rows.push(`${String(document.length).padStart(10, '0')} 00000 n \n`)
    document += `${index + 1} 0 obj\n${body}\nendobj\n`
  }
  const trailer = `trailer\n<</Size ${rows.length} /Root 1 0 R>>\nstartxref\n${document.length}\n%%EOF\n`
  return Buffer.from(`${document}xref\n0 ${rows.length}\n${rows.join('')}${trailer}`, 'latin1')
}
