/** The licences of what a bundle contains of others, as these ask for. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export function licensesPage(libraries: Iterable<string>): string {
  const sections = [...libraries].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name: string
      readonly version: string
      readonly license: string
    }
    const texts = globSync('{licen[sc]e,LICEN[SC]E,Licen[sc]e,NOTICE}*', { cwd: folder })
    return `## ${name} ${version}, ${license}\n\n${texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')}\n`
  })
  return `# Software of others in this package\n\n${sections.sort((a, b) => a.localeCompare(b, 'en')).join('\n')}`
}
