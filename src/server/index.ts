/** `keyhaven/server`: the service inside another program, such as a test. */
export type { Mode } from '../core/sealing/deployment.ts'
export { environmentSeal, keyFileSeal } from '../core/sealing/key-seal.ts'
export { passphraseSeal } from '../core/sealing/passphrase-seal.ts'
export type { Seal } from '../core/sealing/seal.ts'
export { ConfigError, loadConfig } from './config/load.ts'
export type { Config } from './config/schema.ts'
export { type Level, type Log, type LogFields, openLog } from './log.ts'
export { type Service, type ServiceOptions, startService } from './service.ts'
