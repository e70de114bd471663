import { readdirSync } from 'node:fs'
import { join, parse } from 'node:path'
import type { Client } from '../../sdk/client.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { readSource } from '../files.ts'
import { type MaterialEncoding, materialOf, mostMaterialBytes, sendMaterial, wrappingFor } from '../key-material.ts'

const encodings: Readonly<Record<string, MaterialEncoding>> = { '.hex': 'hex', '.base64': 'base64' }

/** What the files of a folder hold, each named after the key that it is for: `<key id>.pem`, `.der`, `.bin`, `.hex`, `.base64`. */
export class Material {
  readonly #context: Context
  /** id of the key at the source → file */
  readonly #files: ReadonlyMap<string, string>

  /** @param folder - undefined when nobody has the material */
  constructor(context: Context, folder: string | undefined) {
    this.#context = context
    const names = folder === undefined ? [] : readdirSync(context.path(folder))
    this.#files = new Map(names.map((name) => [parse(name).name, join(context.path(folder ?? ''), name)]))
  }

  /** @param sourceId - of the key at the source */
  has(sourceId: string): boolean {
    return this.#files.has(sourceId)
  }

  /** Nothing is done for a key without a file. */
  async importInto(
    target: Client,
    keyId: string,
    source: { readonly keyId: string; readonly keySpec: string; readonly materialExpireTime: string },
  ): Promise<void> {
    const file = this.#files.get(source.keyId)
    if (file === undefined) return
    const tooLong = () => new CliError('tooLarge', `${file} is too long for key material`)
    const read = await readSource(this.#context, file, mostMaterialBytes, tooLong)
    try {
      const material = materialOf(read, source.keySpec, encodings[parse(file).ext] ?? 'raw', file)
      const keyMaterialExpireUnix = Math.floor((Date.parse(source.materialExpireTime) || 0) / 1000)
      await sendMaterial(target, { keyId, wrapping: wrappingFor(source.keySpec), material, keyMaterialExpireUnix })
    } finally {
      read.fill(0)
    }
  }
}
