import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { contextOf } from '../context.ts'
import { CliError, failureLine } from '../failure.ts'
import { interruptible, stopped } from '../interrupt.ts'
import { metadataServer, parseListenAddress, urlOf } from '../metadata/service.ts'

interface Options {
  readonly role: string
  readonly listen: string
  readonly session: string
  readonly seconds: number
  readonly requireToken?: boolean
}

/** `keyhaven metadata`: programs made for the role of a cloud machine find it here. */
export function metadataCommand(): Command {
  return new Command('metadata')
    .description('a local instance metadata service that gives out temporary credentials of a role; runs until stopped')
    .requiredOption('--role <name>', 'the role')
    .option(
      '--listen <address>',
      '127.0.0.1:port, or 100.100.100.200:80 on a machine that has this address',
      '127.0.0.1:8100',
    )
    .option('--require-token', 'answer only requests with a token: the hardened mode')
    .option('--session <name>', 'names the sessions in the audit log', 'metadata')
    .option('--seconds <n>', 'how long credentials last', Number, 3600)
    .action(metadata)
}

async function metadata(options: Options, command: Command): Promise<void> {
  const { io, output, connection, withSts } = contextOf(command)
  const { host, port } = listenAddress(options.listen)
  const connected = connection().options
  const regionId = ('regionId' in connected ? connected.regionId : undefined) ?? 'cn-hangzhou'
  await withSts(async (sts) => {
    const { accountId } = await sts.getCallerIdentity()
    const roleArn = `acs:ram::${accountId}:role/${options.role}`
    const assume = async () => {
      const session = { roleArn, roleSessionName: options.session, durationSeconds: options.seconds }
      return (await sts.assumeRole(session)).credentials
    }
    // What would be refused later is better refused now, where somebody looks.
    await assume()
    const server = metadataServer({
      roleName: options.role,
      regionId,
      requireToken: options.requireToken === true,
      assume,
      now: () => new Date(),
      onFailure: (error) => io.stderr.write(`keyhaven: ${failureLine(error)}\n`),
    })
    server.listen(port, host)
    await once(server, 'listening')
    server.on('error', (error) => io.stderr.write(`keyhaven: a connection could not be accepted (${error.message})\n`))
    const url = urlOf(host, (server.address() as AddressInfo).port)
    output.record({ 'Metadata service': url, Role: roleArn }, { url, roleArn, regionId })
    try {
      await interruptible(io, stopped)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
}

function listenAddress(text: string) {
  try {
    return parseListenAddress(text)
  } catch (error) {
    throw new CliError('usage', error instanceof Error ? error.message : text, error)
  }
}
