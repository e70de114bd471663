import { Argument, Command } from 'commander'
import { serviceCodes } from '../../api/operation.ts'
import { operations } from '../../api/operations.ts'
import { completionScript, type Shell, shells } from '../completion/scripts.ts'
import { treeOf } from '../completion/tree.ts'
import { contextOf } from '../context.ts'

/**
 * `keyhaven completion bash|zsh|fish`
 *
 * @param whole - the program with all of its commands
 */
export function completionCommand(whole: () => Promise<Command>): Command {
  return new Command('completion')
    .description('print a script by which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action(async (shell: Shell, _options: object, command: Command) => {
      const names = Map.groupBy(operations, ({ api }): string => serviceCodes[api.product])
      const words = new Map([...names].map(([program, list]) => [program, list.map(({ name }) => name)]))
      contextOf(command).io.stdout.write(completionScript(shell, treeOf(await whole(), words)))
    })
}
