import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Mode } from '../../core/sealing/deployment.ts'
import { type Seal, UnsealFailure } from '../../core/sealing/seal.ts'
import { writeClientFile } from '../client-file.ts'
import { consolePlace } from '../config/console.ts'
import { ConfigError, type Loaded, loadConfig } from '../config/load.ts'
import { inspectableConfig } from '../config/print.ts'
import type { Config } from '../config/schema.ts'
import { consoleFolder } from '../console/files.ts'
import { Control } from '../control/control.ts'
import { controlled } from '../control/controlled.ts'
import { makeDataFolder, requireNoTraces } from '../files/data-folder.ts'
import { isLoopback, parseAddress } from '../http/listen.ts'
import { type Log, openLog } from '../log.ts'
import { operatorCommands } from '../operator/commands.ts'
import { openOperatorSocket } from '../operator/socket.ts'
import { missingProtections } from '../protections.ts'
import { developmentKey } from '../root-key/development-key.ts'
import { configuredSeal, developmentSeal, sealSource } from '../root-key/root-secret.ts'
import { withSeed } from '../seed/at-start.ts'
import type { Service } from '../service.ts'
import { takeAuditToken } from '../shipping/configured-receivers.ts'
import { startService } from '../start-service.ts'
import { databaseFile } from '../store/open-configured-store.ts'
import { settingsHelp } from './help.ts'
import { mainError, type ServerIo } from './io.ts'
import { tryThese } from './try-these.ts'

const switches = {
  dev: 'development mode: makes what is missing, its key lies beside the data',
  'print-config': 'print the settings in force and end',
  help: 'print this and end',
}

/**
 * `keyhaven server`: runs until it is told to stop.
 *
 * @param flags - the command line after `server`
 * @returns the exit status
 * @throws Error whose message is the one line to print
 */
export async function serverCommand(flags: readonly string[], io: ServerIo): Promise<number> {
  const loaded = loadConfig(flags, io.env, Object.keys(switches))
  const { config, switches: given } = loaded
  if (given.help) {
    io.stdout.write(settingsHelp('Usage: keyhaven server [--dev] [settings]', switches))
    return 0
  }
  if (given['print-config']) {
    io.stdout.write(`${JSON.stringify(inspectableConfig(config), null, 2)}\n`)
    return 0
  }
  return serve(loaded, given.dev ? 'development' : 'production', io)
}

/** Makes the deployment that is missing, sealed by what the configuration names. */
export type MakeMissing = (seal: Seal | undefined) => Promise<void>

/**
 * Serves until it is told to stop.
 *
 * @param makeMissing - asked in production before anything is opened; without it a missing deployment is refused
 * @returns the exit status
 */
export async function serve(
  { config, given: settings }: Pick<Loaded, 'config' | 'given'>,
  mode: Mode,
  io: ServerIo,
  makeMissing?: MakeMissing,
): Promise<number> {
  if (mode === 'development') fence(config)
  else if (settings.has('http')) throw new ConfigError('http: only development mode listens without TLS')
  else if (config.seed.length > 0) throw new ConfigError('seed: only development mode takes one')
  const log = openLog(
    logFormat(config, mode, io),
    config.logLevel,
    () => new Date(),
    (line) => io.stderr.write(line),
  )
  const stopped = stopSignals(log, io)
  try {
    const service = await start({ config, mode, log, makeMissing }, io)
    stopped.reload(() => service.reload())
    const isLost = await Promise.race([stopped.promise.then(() => false), service.lost.then(() => true)])
    await service.close()
    log.write('info', 'stopped')
    return isLost ? 1 : 0
  } catch (error) {
    throw mainError(error)
  } finally {
    stopped.forget()
  }
}

interface Start {
  readonly config: Config
  readonly mode: Mode
  readonly log: Log
  readonly makeMissing: MakeMissing | undefined
}

async function start({ config, mode, log, makeMissing }: Start, io: ServerIo): Promise<Service> {
  if (mode === 'production' && makeMissing === undefined) requireDatabase(config)
  makeDataFolder(config.data)
  const auditToken = takeAuditToken(io.env)
  const source = sealSource(config, mode, io.env)
  const seal = mode === 'development' ? developmentOpening(config) : await productionSeal(config, io, makeMissing)
  // It stands between a listener and what answers, in one thread.
  const control = mode === 'development' && config.workers === 1 ? new Control() : undefined
  const service = await startService({
    ...(await withSeed(config, log)),
    ...(control && controlled(control)),
    ...{ mode, seal, sealSource: source, log, auditToken },
  }).catch((error: unknown) => {
    const reason = mainError(error)
    const isOther =
      reason instanceof UnsealFailure && (reason.reason === 'wrong-secret' || reason.reason === 'other-seal')
    if (!isOther) throw error
    const what = reason.reason === 'wrong-secret' ? 'It' : 'What was given'
    throw new ConfigError(`${reason.message} ${what} is from ${source.name}.`)
  })
  try {
    const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error))
    service.own(await openOperatorSocket(config.data, operatorCommands(service), describe))
    await writeClientFile(service, config)
    await control?.hold(service)
    announce(service, config, io)
    // after the announcement, so that a start does not wait for it
    setImmediate(() => void prepare(service, log))
    return service
  } catch (error) {
    await service.close()
    throw error
  }
}

const developmentOpening = (config: Config) => (isNew: boolean) => developmentSeal(developmentKey(config.data, isNew))

async function productionSeal(config: Config, io: ServerIo, makeMissing?: MakeMissing): Promise<Seal | undefined> {
  const seal = await configuredSeal(config, io.env)
  await makeMissing?.(seal)
  return seal
}

/** A mistyped data directory is not made; what is not there has not been initialised, or has been lost. */
function requireDatabase(config: Config): void {
  const file = databaseFile(config)
  if (file === undefined || existsSync(file)) return
  requireNoTraces(config)
  throw new ConfigError(`${resolve(config.data)} holds no deployment yet: make one with "keyhaven init"`)
}

async function prepare(service: Service, log: Log): Promise<void> {
  await service.startMetrics().catch((error: unknown) => log.write('error', 'there are no metrics', { error }))
  await service.doDueWork()
  const missing = missingProtections()
  if (service.deployment.mode === 'production' && missing.length > 0)
    log.write('warn', `process protections missing: ${missing.join('; ')}`)
}

/** SEC-06: what anybody could open with the key beside it must not be reached by anybody. */
function fence(config: Config): void {
  const { https, http, insecureListen } = config
  if (!isLoopback(parseAddress(http).host)) throw new ConfigError(`http: ${http} is not on loopback`)
  if (insecureListen) return
  const place = consolePlace(config, 'development')
  const secure = [https, ...(typeof place === 'object' ? [place.address] : [])]
  const open = secure.find((address) => !isLoopback(parseAddress(address).host))
  if (open === undefined) return
  throw new ConfigError(`development mode listens on loopback only, not on ${open}, unless --insecure-listen is given`)
}

function announce(service: Service, config: Config, io: ServerIo): void {
  const { endpoint, httpEndpoint, deployment, isSealed, isUnsealing, unsealProblem } = service
  const data = resolve(config.data)
  if (isSealed) {
    const way = isUnsealing
      ? `it opens by itself when this is over: ${unsealProblem}`
      : `open it with "keyhaven unseal --data ${data}"`
    io.stdout.write(`Keyhaven is sealed: ${endpoint}, data in ${data}; ${way}\n`)
    return
  }
  const endpoints = [endpoint, httpEndpoint].filter((url) => url !== undefined).join(' and ')
  io.stdout.write(`Keyhaven is ready: ${endpoints}, data in ${data}\n`)
  if (service.consoleUrl !== undefined) io.stdout.write(`Console: ${service.consoleUrl}${consoleState()}\n`)
  if (deployment.mode === 'production') return
  io.stderr.write('DEVELOPMENT MODE: the key to all keys lies beside the data. Never put real keys here.\n')
  io.stdout.write(tryThese(config.data, io.env))
}

const consoleState = (): string =>
  existsSync(join(consoleFolder(), 'index.html')) ? '' : ' (not built yet: npm run build)'

function logFormat({ logFormat: format }: Config, mode: Mode, { stderr }: ServerIo): 'json' | 'text' {
  if (format !== 'auto') return format
  return mode === 'development' && stderr.isTTY ? 'text' : 'json'
}

/** SIGTERM and SIGINT stop in order; a second one stops at once. SIGHUP reads certificates again. */
function stopSignals(log: Log, io: ServerIo) {
  const { promise, resolve: stop } = Promise.withResolvers<void>()
  let stopping = false
  let reload = async (): Promise<void> => {}
  const onStop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
    stopping = true
    log.write('info', `${signal}: finishing the requests under way`)
    stop()
  }
  const orphanWatch = io.env.npm_lifecycle_event === undefined ? undefined : watchParent(() => onStop('SIGTERM'))
  const onReload = (): void => void reload()
  const onFault = (error: unknown): void => {
    log.write('error', 'stopped by a fault', { error })
    process.exit(1)
  }
  process.on('SIGTERM', onStop).on('SIGINT', onStop).on('SIGHUP', onReload)
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault)
  return {
    promise,
    reload: (work: () => Promise<void>) => {
      reload = work
    },
    forget: () => {
      clearInterval(orphanWatch)
      process.off('SIGTERM', onStop).off('SIGINT', onStop).off('SIGHUP', onReload)
      process.off('uncaughtException', onFault).off('unhandledRejection', onFault)
    },
  }
}

/** npm runs scripts in a shell that keeps a signal to itself: who stops `npm start` would leave the server behind. */
function watchParent(onGone: () => void): NodeJS.Timeout {
  const { ppid } = process
  const timer = setInterval(() => {
    if (process.ppid === ppid) return
    clearInterval(timer)
    onGone()
  }, 500)
  return timer.unref()
}
