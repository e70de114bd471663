/** How a container of the image runs. Compose file and chart are compared with it. */
import { serverManifest } from '../build/manifests.ts'

export const imageName = serverManifest.name
export const { version } = serverManifest

/** The user that everything runs as: a number, so that Kubernetes knows that it is not root. */
export const user = 65532
export const dataFolder = '/var/lib/keyhaven'
export const port = 8443
export const node = '/usr/bin/node'
export const packageFolder = '/usr/lib/node_modules'

/** As the unit for systemd has them, which says why. */
const nodeFlags = ['--disable-sigusr1', '--secure-heap=33554432']

/** Asks the server of the same container: at its port for that, if it has one, or where it serves; whose certificate that is, it knows. */
export const isReady = `const { KEYHAVEN_HEALTH: health, KEYHAVEN_HTTPS: https } = process.env;
require(health ? 'node:http' : 'node:https')
  .get({ port: (health || https).split(':').pop(), path: '/readyz', rejectUnauthorized: false }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))
  .on('error', () => process.exit(1))`.replaceAll(/\n\s*/g, '')

const seconds = 1e9

export const config = {
  User: `${user}:${user}`,
  ExposedPorts: { [`${port}/tcp`]: {} },
  Env: ['PATH=/usr/bin', `KEYHAVEN_DATA=${dataFolder}`, `KEYHAVEN_HTTPS=0.0.0.0:${port}`],
  Entrypoint: [node, ...nodeFlags, `${packageFolder}/keyhaven/bin/keyhaven.js`, 'start'],
  Volumes: { [dataFolder]: {} },
  WorkingDir: dataFolder,
  StopSignal: 'SIGTERM',
  // Docker's own; Kubernetes asks /readyz itself.
  Healthcheck: {
    Test: ['CMD', node, '-e', isReady],
    Interval: 10 * seconds,
    Timeout: 5 * seconds,
    StartPeriod: 30 * seconds,
  },
  Labels: {
    'org.opencontainers.image.title': imageName,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': serverManifest.license,
    'org.opencontainers.image.description': serverManifest.description,
  },
}
