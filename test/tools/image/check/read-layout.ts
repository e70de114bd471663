/** Reads an OCI image layout as a registry or an engine would, and believes none of it. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Entry, readTar } from '../tar.ts'

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly artifactType?: string
  readonly platform?: { readonly architecture: string; readonly os: string }
  readonly annotations?: Readonly<Record<string, string>>
}

interface Manifest {
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly subject?: Descriptor
}

export interface ReadImage {
  readonly architecture: string
  readonly config: {
    readonly User: string
    readonly Env: readonly string[]
    readonly Entrypoint: readonly string[]
    readonly ExposedPorts: object
  }
  /** of what a registry keeps */
  readonly bytes: number
  readonly entries: readonly Entry[]
  readonly sbom: { readonly components: readonly { readonly name: string; readonly version: string }[] }
}

export interface ReadLayout {
  readonly names: readonly string[]
  readonly images: readonly ReadImage[]
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** @throws Error when a blob is missing, is another than its descriptor says, or is named by none */
export function readLayout(folder: string): ReadLayout {
  const unread = new Set(readdirSync(join(folder, 'blobs/sha256')))
  const blob = ({ digest, size }: Descriptor): Buffer => {
    const hash = digest.replace(/^sha256:/, '')
    const bytes = readFileSync(join(folder, 'blobs/sha256', hash))
    if (bytes.length !== size || sha256(bytes) !== hash) throw new Error(`the blob ${digest} is not what it is called`)
    unread.delete(hash)
    return bytes
  }
  const json = (descriptor: Descriptor) => JSON.parse(blob(descriptor).toString('utf8'))
  const { imageLayoutVersion } = JSON.parse(readFileSync(join(folder, 'oci-layout'), 'utf8'))
  if (imageLayoutVersion !== '1.0.0') throw new Error(`the layout is of version ${imageLayoutVersion}`)
  const top: { manifests: readonly Descriptor[] } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
  const indexes = top.manifests.filter(({ artifactType }) => artifactType === undefined)
  const bills = new Map(
    top.manifests
      .filter(({ artifactType }) => artifactType === 'application/vnd.cyclonedx+json')
      .map((descriptor): [string | undefined, ReadImage['sbom']] => {
        const { config, layers, subject }: Manifest = json(descriptor)
        json(config)
        return [subject?.digest, layers.map(json)[0]]
      }),
  )
  const manifests: readonly Descriptor[] = indexes.flatMap((index) => json(index).manifests)
  const images = manifests.map((descriptor) => {
    const manifest: Manifest = json(descriptor)
    const { config, architecture, rootfs } = json(manifest.config)
    if (architecture !== descriptor.platform?.architecture) throw new Error(`the config is for ${architecture}`)
    const archives = manifest.layers.map((layer) => gunzipSync(blob(layer)))
    const hashes = archives.map((archive) => `sha256:${sha256(archive)}`)
    if (hashes.join() !== rootfs.diff_ids.join()) throw new Error('the layers are not those that the config names')
    const sbom = bills.get(descriptor.digest)
    if (sbom === undefined) throw new Error(`there is no bill of materials for ${architecture}`)
    const bytes = manifest.layers.reduce((sum, { size }) => sum + size, manifest.config.size)
    return { architecture, config, bytes, entries: archives.flatMap(readTar), sbom }
  })
  if (unread.size > 0) throw new Error(`${unread.size} blobs are named by nothing`)
  return { names: indexes.map(({ annotations }) => annotations?.['org.opencontainers.image.ref.name'] ?? ''), images }
}
