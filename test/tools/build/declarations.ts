/** The declarations of doors and of all that they name. */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { root } from './bundle.ts'

export interface Declarations {
  readonly folder: string
  /** sources from src/ */
  readonly doors: Readonly<Record<string, string>>
  /** the SDK is another package, and nothing of it is declared twice */
  readonly isSdkOutside?: boolean
  /** packages of others whose types users meet, which therefore come along */
  readonly alongside?: readonly string[]
}

export function writeDeclarations({ folder, doors, isSdkOutside = false, alongside = [] }: Declarations): void {
  compile(doors, folder)
  if (isSdkOutside) rmSync(join(folder, 'sdk'), { recursive: true })
  for (const file of globSync('**/*.d.ts', { cwd: folder })) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    const local = isSdkOutside ? text.replaceAll(/(?<=['"])\.\.\/sdk\/[\w/-]+\.ts(?=['"])/g, 'keyhaven-sdk') : text
    writeFileSync(
      path,
      withoutLibraries(local, (name) => placeOf(name, path, folder, alongside)),
    )
  }
  for (const name of alongside) {
    const from = join(root, 'node_modules', name)
    for (const file of globSync('**/*.d.ts', { cwd: from })) cpSync(join(from, file), join(folder, name, file))
  }
}

function compile(doors: Readonly<Record<string, string>>, folder: string): void {
  const project = join(root, 'dist/tsconfig.json')
  const options = { noEmit: false, emitDeclarationOnly: true, declaration: true, rootDir: '../src', outDir: folder }
  // what stands for packages that are not installed here
  const ambient = globSync('src/**/*.d.ts', { cwd: root }).map((file) => `../${file}`)
  const files = [...Object.values(doors).map((source) => `../src/${source}`), ...ambient]
  writeFileSync(project, JSON.stringify({ extends: '../tsconfig.json', compilerOptions: options, include: [], files }))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', project], { stdio: ['ignore', 'inherit', 'inherit'] })
  rmSync(project)
  if (status !== 0) throw new Error('the declarations cannot be made')
}

/** Packages that users of a door have, and whose types they meet there. */
const usersOwn = ['keyhaven-sdk', 'testcontainers']

/** Where a declaration finds a module: as it is named, or the copy that comes along; undefined for one that users lack. */
function placeOf(name: string, path: string, folder: string, alongside: readonly string[]): string | undefined {
  if (name.startsWith('.') || isBuiltin(name) || usersOwn.includes(name)) return name
  if (!alongside.some((own) => name === own || name.startsWith(`${own}/`))) return undefined
  return `${relative(dirname(path), join(folder, name))}/index.js`.replace(/^(?!\.)/, './')
}

/**
 * Whoever installs the package has no other packages, and their types stand only where no door leads: there they are as
 * good as any.
 */
function withoutLibraries(text: string, place: (name: string) => string | undefined): string {
  const lacking = new Set<string>()
  const rest = text
    .replaceAll(/^import (?:type )?([^'"]+) from '([^'"]+)';$/gm, (line, names: string, from: string) => {
      const found = place(from)
      if (found !== undefined) return line.replace(from, found)
      for (const name of names.replaceAll(/[{}]|\btype\b|\b\w+ as\b/g, '').split(',')) lacking.add(name.trim())
      return ''
    })
    .replaceAll(/import\("([^"]+)"\)(?:\.\w+)+/g, (type, from: string) => {
      if (place(from) !== undefined) return type
      lacking.add('Elsewhere')
      return 'Elsewhere'
    })
  const any = (name: string): string =>
    `type ${name}<_1 = any, _2 = any, _3 = any> = any;\ndeclare const ${name}: any;\n`
  return [...lacking].map(any).join('') + rest
}
