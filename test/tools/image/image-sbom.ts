/** The bill of materials of the image (CycloneDX 1.5): that of the package, and what the image has below it. */
import { type Bill, type Lock, sbom } from '../build/sbom.ts'
import type { Pin } from './debian-packages.ts'
import type { Platform } from './layout.ts'
import { nodePackage } from './node-package.ts'
import { imageName, version } from './settings.ts'

const debian = ({ name, version, architecture, sha256 }: Pin): object => {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`
  return { type: 'library', 'bom-ref': purl, name, version, purl, hashes: [{ alg: 'SHA-256', content: sha256 }] }
}

/** Of the package only this platform's Node is in the image. */
const isElsewhere = (name: string, own: string): boolean =>
  /^node-(?:bin-)?(?:darwin|linux|win)-/.test(name) && name !== own

export function imageSbom(lock: Lock, architecture: Platform['architecture'], pins: readonly Pin[]): object {
  const { metadata, components, dependencies, ...head }: Bill = sbom(lock)
  const kept = components.filter(({ name }) => !isElsewhere(name, nodePackage[architecture]))
  const dropped = new Set(
    components.filter((component) => !kept.includes(component)).map((component) => component['bom-ref']),
  )
  const container = { type: 'container', 'bom-ref': 'image', name: imageName, version }
  return {
    ...head,
    metadata: { component: container, properties: [{ name: 'architecture', value: architecture }] },
    components: [metadata.component, ...kept, ...pins.map(debian)],
    dependencies: dependencies
      .filter(({ ref }) => !dropped.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => !dropped.has(other)) })),
  }
}
