/**
 * The `prepare` script of npm: a clone has its console, and starts from the bundle until a source changes. On a machine
 * without the development dependencies it runs the sources.
 */
import { buildConsole, isInstalled } from '../build-console.ts'

await buildConsole()
if (isInstalled('rolldown')) await (await import('./program.ts')).buildProgram()
else process.stdout.write('bundle: not built, since Rolldown is not installed here\n')
