/** An OCI image layout: blobs by their digest, a manifest for each platform, one index over them. */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Entry, writeTar } from './tar.ts'

export interface Layer {
  /** what it holds, for the history */
  readonly holds: string
  readonly entries: readonly Entry[]
}

export interface Platform {
  readonly architecture: 'amd64' | 'arm64'
  /** the one that changes least comes first, so that a new release brings few of them anew */
  readonly layers: readonly Layer[]
  /** bill of materials, CycloneDX */
  readonly sbom: object
}

export interface Image {
  /** how a container runs, as the OCI image specification has it */
  readonly config: object
  readonly version: string
  readonly annotations: Readonly<Record<string, string>>
  readonly platforms: readonly Platform[]
}

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly artifactType?: string
  readonly platform?: object
  readonly annotations?: Readonly<Record<string, string>>
}

const type = (name: string): string => `application/vnd.oci.image.${name}+json`
const cycloneDx = 'application/vnd.cyclonedx+json'
/** Everything is of the time 0: when it was built says nothing about what is in it. */
const created = '1970-01-01T00:00:00Z'

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/**
 * Writes the layout anew.
 *
 * @returns the digest of the index, which stands for all of it
 */
export function writeLayout(folder: string, image: Image): string {
  rmSync(folder, { recursive: true, force: true })
  const blobs = join(folder, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  const keep = (mediaType: string, content: Uint8Array | object): Descriptor => {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
    const digest = digestOf(bytes)
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const { version, annotations, platforms } = image
  const manifests = platforms.map((platform) => keepManifest(image, platform, keep))
  const index = keep(type('index.v1'), { ...versioned, mediaType: type('index.v1'), manifests, annotations })
  const bills = platforms.map(({ sbom }, at) => keepBill(sbom, manifests[at], keep))
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': version } }
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ ...versioned, manifests: [named, ...bills] }))
  return index.digest
}

const versioned = { schemaVersion: 2 }
type Keep = (mediaType: string, content: Uint8Array | object) => Descriptor

function keepManifest({ config, annotations }: Image, { architecture, layers }: Platform, keep: Keep): Descriptor {
  const archives = layers.map(({ entries }) => writeTar(entries))
  const kept = archives.map((archive) => keep('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(archive)))
  const platform = { architecture, os: 'linux' }
  const described = keep(type('config.v1'), {
    ...{ created, ...platform, config },
    rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
    history: layers.map(({ holds }) => ({ created, comment: holds })),
  })
  const manifest = { ...versioned, mediaType: type('manifest.v1'), config: described, layers: kept, annotations }
  return { ...keep(type('manifest.v1'), manifest), platform }
}

/** A manifest of its own that names the image as its subject: registries list it there. */
function keepBill(sbom: object, subject: Descriptor | undefined, keep: Keep): Descriptor {
  const manifest = {
    ...versioned,
    ...{ mediaType: type('manifest.v1'), artifactType: cycloneDx },
    config: keep('application/vnd.oci.empty.v1+json', {}),
    layers: [keep(cycloneDx, sbom)],
    subject: subject && { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
  }
  return { ...keep(type('manifest.v1'), manifest), artifactType: cycloneDx }
}
