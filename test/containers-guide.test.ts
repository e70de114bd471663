// docs/guides/containers.md: what needs no container engine and no cluster is run as it is written, and of the rest it is
// looked at whether names, versions and values are those of the image and the chart.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { whyNotPrivate } from '../src/core/sealing/secret-file.ts'
import { temporaryFolder } from './kit/audit.ts'
import { pagesToRun } from './kit/guides.ts'
import { runKeyhaven } from './kit/process.ts'
import { config, imageName, port, user, version } from './tools/image/settings.ts'

const root = join(import.meta.dirname, '..')
const chart = 'deploy/helm/keyhaven'
const isHelmHere = spawnSync('helm', ['version']).status === 0

const blocksIn = (text: string, language: string): string =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block).join('')

/** The folder of whoever follows the guide, in a clone; who is not root plays giving files away. */
function clone(t: TestContext) {
  const folder = temporaryFolder(t)
  execFileSync('cp', ['-r', join(root, 'deploy'), folder])
  const programs = join(folder, 'bin')
  mkdirSync(programs)
  writeFileSync(join(programs, 'chown'), '#!/bin/sh\nexit 0\n')
  chmodSync(join(programs, 'chown'), 0o755)
  const path = process.env.PATH ?? ''
  const PATH = process.getuid?.() === 0 ? path : [programs, path].join(delimiter)
  const sh = (line: string): string =>
    execFileSync('sh', ['-euc', line.replaceAll('/srv/', `${folder}/srv/`)], {
      cwd: folder,
      env: { PATH },
      encoding: 'utf8',
    })
  return { folder, sh }
}

for (const page of pagesToRun('containers'))
  test(`the commands of docs/guides/${page} are for what there is`, async (t) => {
    const text = readFileSync(join(root, 'docs/guides', page), 'utf8')
    const { folder, sh } = clone(t)
    writeFileSync(join(folder, 'values.yaml'), blocksIn(text, 'yaml'))
    writeFileSync(join(folder, 'ca.pem'), 'authority')
    const scripts: object = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts

    /** A command inside a container, run here. */
    const inside = async ([program, ...words]: readonly string[]): Promise<void> => {
      assert.ok(program === 'keyhaven' || program === 'node')
      if (program === 'node') {
        const [flag = '', script = ''] = words
        const file = /'(\/[^']+)'/.exec(script)?.[1] ?? ''
        assert.equal(file, `${config.WorkingDir}/tls/ca.pem`)
        assert.match(sh(`node ${flag} "${script.replace(file, `${folder}/ca.pem`)}"`), /^authority$/m)
      } else if (words[0] === 'start') {
        const { status, stderr } = await runKeyhaven(words, { env: { KEYHAVEN_DATA: folder } })
        assert.equal(status, 1)
        assert.match(stderr, /holds no AccessKey/)
      } else assert.deepEqual(words, ['key', 'list'])
    }

    /** What is told to helm; by helm itself where it is here. */
    const helm = (line: string): void => {
      assert.match(line, /^helm install kms deploy\/helm\/keyhaven /)
      if (isHelmHere)
        assert.match(sh(`${line.replace('install', 'template')} --kube-version 1.34.0`), /^kind: StatefulSet$/m)
      for (const [, path = ''] of line.matchAll(/--set ([\w.]+)=/g)) {
        const values = parse(readFileSync(join(root, chart, 'values.yaml'), 'utf8'))
        assert.notEqual(
          path.split('.').reduce((value, name) => value?.[name], values),
          undefined,
          path,
        )
      }
    }

    const done: string[] = []
    for (const line of blocksIn(text, 'sh').trim().split('\n')) {
      const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''))
      const [program = ''] = words
      done.push(program)
      if (program === 'npm') assert.ok(words[1] === 'ci' || (words[2] ?? '') in scripts, line)
      else if (program === 'skopeo')
        assert.ok(line.includes(` oci:dist/image:${version} `) && line.endsWith(`${imageName}:${version}`))
      else if (program === 'helm') helm(line)
      else if (program === 'kubectl') {
        const exec = words.indexOf('--')
        if (exec >= 0) await inside(words.slice(exec + 1))
        else if (line.includes('--from-file'))
          assert.match(line, /create secret generic keyhaven-(?:seal|postgresql) --from-file=(?:root\.key|url)$/)
        else assert.deepEqual(words, ['kubectl', 'create', 'namespace', 'security'])
      } else if (program === 'docker') {
        const compose = words[1] === 'compose' ? (words[3] ?? '').replace('/srv/', `${folder}/srv/`) : undefined
        if (compose !== undefined) assert.ok(existsSync(compose), compose)
        if (words.includes('exec')) await inside(words.slice(words.indexOf('exec') + 2))
        if (words[1] === 'run') {
          assert.ok(words.includes(`127.0.0.1:${port}:${port}`))
          assert.deepEqual(words.slice(-3), [`${imageName}:${version}`, '--dev', '--insecure-listen'])
        }
      } else sh(line)
    }
    assert.deepEqual(
      new Set(done),
      new Set(['npm', 'skopeo', 'docker', 'install', 'cp', 'openssl', 'chown', 'chmod', 'kubectl', 'helm']),
    )

    const secret = join(folder, 'srv/keyhaven/root.key')
    assert.match(readFileSync(secret, 'utf8'), /^[0-9a-f]{64}\n$/)
    const { mode, uid, gid } = statSync(secret)
    assert.equal(whyNotPrivate({ mode, uid: 0 }), undefined)
    if (process.getuid?.() === 0) assert.deepEqual([uid, gid], [0, user])
    assert.match(readFileSync(join(folder, 'root.key'), 'utf8'), /^[0-9a-f]{64}\n$/)

    const schema = JSON.parse(readFileSync(join(root, chart, 'values.schema.json'), 'utf8'))
    const given = { ...parse(readFileSync(join(root, chart, 'values.yaml'), 'utf8')), ...parse(blocksIn(text, 'yaml')) }
    given.seal = { kind: 'keyFile', key: 'root.key', ...given.seal }
    assert.deepEqual(z.fromJSONSchema(schema).safeParse(given).error?.issues, undefined)
  })
