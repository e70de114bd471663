import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Client } from '../../src/sdk/client.ts'
import { RamClient } from '../../src/sdk/ram-client.ts'
import { type ConsoleFixture, kept, startConsole } from '../kit/console.ts'
import { behaving } from '../kit/loopback-server.ts'

let console: ConsoleFixture
before(async () => {
  console = await startConsole()
})
after(() => console?.close())

const connection = () => {
  const { endpoint, caFile, accessKeyId, accessKeySecret } = console.server
  return { endpoint, caFile, accessKeyId, accessKeySecret }
}

test('the secret signs in the browser, and is neither sent nor kept nor shown', async () => {
  const { server } = console
  const page = await console.open()
  const sent: string[] = []
  page.on('request', (request) => {
    sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`)
  })
  await page.goto(`${server.httpEndpoint}/console/keys`)
  await page.getByLabel('AccessKey ID').fill(server.accessKeyId)
  await page.getByLabel('AccessKey secret').fill(server.accessKeySecret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  assert.ok(sent.some((request) => request.includes('ACS3-HMAC-SHA256')))
  assert.deepEqual(
    sent.filter((request) => request.includes(server.accessKeySecret)),
    [],
  )
  const everything = (await kept(page)) + (await page.content())
  assert.ok(!everything.includes(server.accessKeySecret))
  assert.ok(!(await page.evaluate<string>('document.cookie')).includes('keyhaven'))
  await console.leave(page)
})

test('a wrong secret is refused in the server’s words and in the reader’s', async () => {
  const page = await console.open({ language: 'zh-CN' })
  await page.goto(`${console.server.httpEndpoint}/console/`)
  await page.getByLabel('AccessKey ID').fill(console.server.accessKeyId)
  await page.getByLabel('AccessKey secret').fill('wrong')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'SignatureDoesNotMatch' })
  await alert.getByText('AccessKey secret 不正确。').waitFor()
  assert.equal(await page.getByLabel('AccessKey ID').inputValue(), console.server.accessKeyId)
  assert.equal(await page.getByLabel('AccessKey secret').inputValue(), '')
  await console.leave(page)
})

test('after signing out nothing is left to go back to, in no window', async () => {
  const secretName = 'back/button'
  await using client = new Client(connection())
  await client.createSecret({ secretName, versionId: 'v1', secretData: 'c4n4ry-back' })
  const page = await console.visit('/secrets/back%2Fbutton')
  const other = await page.context().newPage()
  await other.goto(`${console.server.httpEndpoint}/console/secrets`)
  await other.getByRole('link', { name: secretName }).waitFor()
  await page.getByRole('heading', { name: secretName }).waitFor()
  await page.getByRole('button', { name: 'root' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await other.getByText('Your session has ended.').waitFor()
  assert.ok(!(await other.content()).includes(secretName))
  for (const move of [() => page.goBack(), () => page.goForward(), () => page.reload()]) {
    await move()
    if (!page.url().startsWith('http')) continue
    await page.getByLabel('AccessKey secret').waitFor()
    assert.equal(await page.getByRole('navigation').count(), 0)
    assert.ok(!(await page.content()).includes('c4n4ry-back'))
  }
  await console.leave(page)
})

/** Asks the server again, unless the page has done so by itself, and finds that the session has ended. */
async function asksAgain(page: Page): Promise<void> {
  const ended = page.getByText('Your session has ended.')
  await page.getByRole('button', { name: 'Fetch again' }).or(ended).first().click()
  await ended.waitFor()
}

test('a session that was ended elsewhere ends here with the next call, and goes on where it was after signing in', async () => {
  const page = await console.visit('/keys?state=Disabled')
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  const elsewhere = await console.visit('/access?tab=sessions')
  const other = elsewhere.getByRole('row').filter({ hasNotText: 'this one' }).getByRole('button', { name: 'End' })
  await other.first().waitFor()
  for (let left = await other.count(); left > 0; left--) {
    await other.first().click()
    await other.nth(left - 1).waitFor({ state: 'detached' })
  }
  await asksAgain(page)
  await page.getByRole('button', { name: /development account/ }).click()
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  assert.match(page.url(), /\/keys\?state=Disabled$/)
  await console.leave(page)
  await console.leave(elsewhere)
})

test('a session ends when its AccessKey is disabled', async () => {
  await using ram = new RamClient(connection())
  await ram.createUser({ userName: 'carol' })
  const { accessKey } = await ram.createAccessKey({ userName: 'carol' })
  await ram.attachPolicyToUser({ userName: 'carol', policyName: 'AliyunKMSReadOnlyAccess', policyType: 'System' })
  const page = await console.visit('/keys', { as: accessKey })
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await ram.updateAccessKey({ userName: 'carol', userAccessKeyId: accessKey.accessKeyId, status: 'Inactive' })
  await asksAgain(page)
  assert.equal(await page.getByRole('navigation').count(), 0)
  await console.leave(page)
})

test('who has left the screen is signed out when the server would be', async () => {
  const page = await console.open()
  await page.clock.install()
  await page.goto(`${console.server.httpEndpoint}/console/keys`)
  await page.getByRole('button', { name: /development account/ }).click()
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  await page.clock.fastForward('14:00')
  assert.equal(await page.getByRole('navigation').count(), 1)
  await page.clock.fastForward('01:10')
  await page.getByText('You are signed out.').waitFor()
  await console.leave(page)
})

test('no other site makes the browser call with the session: not by a form, a script, a frame or another port', async () => {
  await using client = new Client(connection())
  const keys = async (): Promise<number> => (await client.listKeys({ pageSize: 1 })).totalCount
  const before = await keys()
  const page = await console.visit('/overview')
  const target = `${console.server.httpEndpoint}/`
  const attacker = await behaving((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<form method="post" action="${target}"><input name="Action" value="CreateKey"><input name="Version"
      value="2016-01-20"></form><iframe src="${target}console/keys"></iframe>`)
  })
  try {
    // Another port of this machine is the same site, so cookies of SameSite=Strict come along: the origin has to stop it.
    const evil = await page.context().newPage()
    await evil.goto(attacker.endpoint)
    const body = 'Action=CreateKey&Version=2016-01-20'
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const attempts: readonly object[] = [
      { mode: 'no-cors', headers: type },
      { mode: 'cors', headers: type },
      { mode: 'cors', headers: { ...type, 'x-keyhaven-console': '1' } },
    ]
    for (const attempt of attempts) {
      const options = JSON.stringify({ method: 'POST', credentials: 'include', body, ...attempt })
      await evil.evaluate(`fetch(${JSON.stringify(target)}, ${options}).then((r) => r.text()).catch(() => undefined)`)
    }
    assert.equal(await evil.frameLocator('iframe').getByRole('navigation').count(), 0)
    await evil.evaluate(`document.forms[0].submit()`)
    await evil.waitForURL(target)
    assert.match(await evil.content(), /MissingAccessKeyId|InvalidConsoleRequest/)
    assert.equal(await keys(), before)
  } finally {
    await attacker.close()
  }
  await console.leave(page)
})

test('what others have named is text, whatever is in it', async () => {
  const names = [
    '</script><script>window.taken=1</script>',
    '<img src=x onerror=window.taken=1>',
    '\u202Egnp.exe',
    '𠮷野家 👩‍🔑',
  ]
  await using client = new Client(connection())
  const { keyId } = (await client.createKey({ description: names.join('\n') })).keyMetadata
  await client.tagResource({ keyId, tags: [{ tagKey: 'long', tagValue: 'W'.repeat(128) }] })
  const page = await console.visit(`/keys/${keyId}`)
  for (const name of names) await page.getByText(name).waitFor()
  await page.getByText('W'.repeat(128)).waitFor()
  await page.goto(`${console.server.httpEndpoint}/console/find?text=${encodeURIComponent(names.join())}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await page.evaluate('window.taken'), undefined)
  await console.leave(page)
})
