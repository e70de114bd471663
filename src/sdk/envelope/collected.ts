/** All bytes of a source, in memory. (`Array.fromAsync` is younger than the oldest Node that the SDK runs on.) */
export async function collected(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
