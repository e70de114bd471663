import { Alert, Button, Card, Form, Input, Typography } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Logo } from '../frame/logo.tsx'
import { LookSwitches } from '../frame/look-switches.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { OutageNote } from '../service/outage-note.tsx'
import { useSay } from '../text/language.tsx'
import { type SignInState, signIn } from './session.ts'
import { signingKey } from './signed-request.ts'

interface Entered {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken?: string
}

const offersDevelopment =
  document.querySelector<HTMLMetaElement>('meta[name="keyhaven-sign-in"]')?.content === 'development'

export function SignInPage({ reason }: { readonly reason: Extract<SignInState, { state: 'out' }>['reason'] }) {
  const say = useSay()
  const [form] = Form.useForm<Entered>()
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)

  async function enter(work: () => Promise<void>): Promise<void> {
    setBusy(true)
    setFailure(undefined)
    await work().catch((error: unknown) => {
      setFailure(error)
      setBusy(false)
    })
  }

  async function enterWithKey({ accessKeyId, accessKeySecret, securityToken }: Entered): Promise<void> {
    const key = await signingKey(accessKeyId.trim(), accessKeySecret.trim(), securityToken?.trim() || undefined)
    form.resetFields(['accessKeySecret', 'securityToken'])
    await signIn(key)
  }

  return (
    <main className="sign-in">
      <Card className="sign-in-card">
        <div className="stack">
          <div className="row">
            <Logo />
            <Typography.Title level={1} style={{ fontSize: 22, margin: 0 }}>
              {say('signIn.title')}
            </Typography.Title>
            <span style={{ marginInlineStart: 'auto' }} className="row">
              <LookSwitches />
            </span>
          </div>
          <OutageNote />
          {reason === 'ended' && <Alert type="info" showIcon title={say('signIn.ended')} />}
          {reason === 'left' && <Alert type="success" showIcon title={say('signIn.left')} />}
          {!window.isSecureContext && <Alert type="error" showIcon title={say('signIn.insecure')} />}
          <ErrorNote error={failure} />
          {offersDevelopment && (
            <>
              <Button
                type="primary"
                size="large"
                block
                loading={isBusy}
                onClick={() => void enter(() => signIn(undefined))}
              >
                {say('signIn.development')}
              </Button>
              <Typography.Text type="secondary">{say('signIn.developmentHelp')}</Typography.Text>
            </>
          )}
          <Form<Entered>
            form={form}
            layout="vertical"
            requiredMark={false}
            onSubmitCapture={(event: SubmitEvent) => event.preventDefault()}
            onFinish={(entered) => void enter(() => enterWithKey(entered))}
          >
            <Form.Item
              name="accessKeyId"
              label="AccessKey ID"
              rules={[{ required: true, message: say('form.needed') }]}
            >
              <Input autoComplete="off" spellCheck={false} className="mono" />
            </Form.Item>
            <Form.Item
              name="accessKeySecret"
              label="AccessKey secret"
              extra={say('signIn.secretHelp')}
              rules={[{ required: true, message: say('form.needed') }]}
            >
              <Input.Password autoComplete="off" className="mono" />
            </Form.Item>
            <details style={{ marginBottom: 16 }}>
              <summary>{say('signIn.temporary')}</summary>
              <Form.Item name="securityToken" label="SecurityToken">
                <Input.Password autoComplete="off" className="mono" />
              </Form.Item>
            </details>
            <Button
              type={offersDevelopment ? 'default' : 'primary'}
              htmlType="submit"
              size="large"
              block
              loading={isBusy}
            >
              {say('signIn.enter')}
            </Button>
          </Form>
        </div>
      </Card>
    </main>
  )
}
