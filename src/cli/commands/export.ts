import { Command } from 'commander'
import { exportCloudCommand } from '../migration/command.ts'

/** `keyhaven export`: what this server has, to be had elsewhere. */
export const exportCommand = (): Command =>
  new Command('export').description('bring keys and secrets of this server elsewhere').addCommand(exportCloudCommand())
