import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { loadConfig } from '../src/server/config/load.ts'
import { dataFolder, config as imageConfig, imageName, port, version } from './tools/image/settings.ts'

const folder = join(import.meta.dirname, '../deploy/compose')

interface Service {
  readonly image: string
  readonly read_only?: boolean
  readonly environment: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly volumes: readonly string[]
  readonly ports?: readonly string[]
  readonly depends_on?: Readonly<Record<string, object>>
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: object
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const mounted = '/run/secrets/'

for (const [file, servers] of [
  ['compose.yaml', ['keyhaven']],
  ['postgresql.yaml', ['keyhaven-1', 'keyhaven-2']],
] as const)
  describe(file, () => {
    const { services, volumes, secrets }: Compose = parse(readFileSync(join(folder, file), 'utf8'), { merge: true })
    const own = Object.entries(services).filter(([, { image }]) => image.startsWith(`${imageName}:`))

    test('runs servers of the image, with a root that is only read, and a volume where the image has its data', () => {
      assert.deepEqual(
        own.map(([name]) => name),
        servers,
      )
      for (const [name, service] of own) {
        assert.equal(service.image, `${imageName}:${version}`)
        assert.equal(service.read_only, true)
        const [volume = '', place] = service.volumes[0]?.split(':') ?? []
        assert.equal(place, dataFolder, name)
        assert.ok(volume in volumes, volume)
        for (const published of service.ports ?? []) assert.equal(published.split(':').at(-1), String(port))
      }
      const places = own.map(([, service]) => service.volumes[0])
      assert.equal(new Set(places).size, own.length)
      const outside = own.flatMap(([, { ports = [] }]) => ports)
      assert.equal(new Set(outside).size, own.length)
    })

    test('names settings that there are, which the server takes beside those of the image', () => {
      const image = Object.fromEntries(imageConfig.Env.map((line) => line.split(/=(.*)/s)))
      for (const [, { environment }] of own) {
        const filled = Object.fromEntries(
          Object.entries(environment).map(([name, value]) => [name, value.replaceAll(/\$\{\w+:\?[^}]*\}/g, 'secret')]),
        )
        const { given, config } = loadConfig([], { ...image, ...filled })
        // What it does not know it would leave alone.
        assert.equal(given.size, Object.keys({ ...image, ...environment }).length - 1)
        assert.equal(config.data, dataFolder)
      }
      assert.equal(new Set(own.map(([, { environment }]) => environment.KEYHAVEN_NODE)).size, own.length)
    })

    test('mounts every secret that a setting leads to, and defines what it uses', () => {
      for (const [, { environment, secrets: used = [], depends_on: needed = {} }] of own) {
        const led = Object.values(environment).filter((value) => value.startsWith(mounted))
        assert.deepEqual(led.map((path) => path.slice(mounted.length)).sort(), [...used].sort())
        for (const name of used) assert.equal(secrets[name]?.file, `./${name}`)
        for (const name of Object.keys(needed)) assert.ok(name in services, name)
      }
    })

    test('docker compose takes it', {
      skip: spawnSync('docker', ['compose', 'version']).status !== 0 && 'docker compose is not here',
    }, () => {
      const { status, stderr } = spawnSync('docker', ['compose', '-f', join(folder, file), 'config', '--quiet'], {
        encoding: 'utf8',
        env: { ...process.env, POSTGRES_PASSWORD: 'secret' },
      })
      assert.equal(status, 0, stderr)
    })
  })
