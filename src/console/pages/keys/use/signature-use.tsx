import { Button, Card, Form, Select, Tabs } from 'antd'
import { useId, useState } from 'react'
import { AsymmetricSign, AsymmetricVerify } from '../../../../api/asymmetric.ts'
import { call } from '../../../call.ts'
import { CallError } from '../../../call-error.ts'
import { BytesInput } from '../../../form/bytes-input.tsx'
import { ErrorNote } from '../../../parts/error-note.tsx'
import { SameElsewhere } from '../../../parts/same-elsewhere.tsx'
import { errorTexts } from '../../../text/error-texts.ts'
import { useLanguage, useSay } from '../../../text/language.tsx'
import { ResultValue } from './result-value.tsx'

interface Props {
  readonly keyId: string
  readonly keySpec: string
  readonly keyVersionIds: readonly string[]
}

type Algorithm = 'RSA_PSS_SHA_256' | 'RSA_PKCS1_SHA_256' | 'ECDSA_SHA_256' | 'SM2DSA'

export function SignatureUse(props: Props) {
  const say = useSay()
  return (
    <Tabs
      type="card"
      size="small"
      items={[
        { key: 'sign', label: say('use.sign'), children: <SignatureForm {...props} verifies={false} /> },
        { key: 'verify', label: say('use.verify'), children: <SignatureForm {...props} verifies /> },
      ]}
    />
  )
}

interface Entered {
  readonly keyVersionId: string
  readonly algorithm: Algorithm
  readonly message?: Uint8Array
  readonly value?: Uint8Array
}

function SignatureForm({ keyId, keySpec, keyVersionIds, verifies }: Props & { readonly verifies: boolean }) {
  const { language, say } = useLanguage()
  const [form] = Form.useForm<Entered>()
  const [failure, setFailure] = useState<unknown>()
  const [result, setResult] = useState<{
    readonly value: unknown
    readonly input: SignInput
    readonly requestId: string
  }>()
  const algorithms = algorithmsOf(keySpec)
  // The digest of SM2 takes in the public key and needs SM3, which browsers have not.
  const takesDigest = keySpec === 'EC_SM2'

  async function run({
    keyVersionId,
    algorithm,
    message = new Uint8Array(),
    value = new Uint8Array(),
  }: Entered): Promise<void> {
    setFailure(undefined)
    setResult(undefined)
    try {
      const digest = takesDigest ? message : await sha256(message)
      const input = { keyId, keyVersionId, algorithm, digest }
      const answer = verifies ? await call(AsymmetricVerify, { ...input, value }) : await call(AsymmetricSign, input)
      setResult({ value: answer.value, input, requestId: answer.requestId })
    } catch (error) {
      setFailure(error)
      if (!(error instanceof CallError)) return
      const name = error.parameter === 'Value' ? 'value' : 'message'
      if (['Digest', 'Value'].includes(error.parameter ?? ''))
        form.setFields([{ name, errors: errorTexts(language, error) }])
    }
  }

  return (
    <div className="two-columns">
      <Card size="small">
        <Form<Entered>
          form={form}
          name={useId()}
          layout="vertical"
          initialValues={{ keyVersionId: keyVersionIds[0], algorithm: algorithms[0] }}
          onFinish={(entered) => void run(entered)}
        >
          <Form.Item
            name="message"
            label={say(takesDigest ? 'use.digest' : 'use.message')}
            extra={say(takesDigest ? 'use.sm2Digest' : 'use.hashedHere')}
            rules={[{ required: true, message: say('form.needed') }]}
          >
            <BytesInput base64={takesDigest} />
          </Form.Item>
          {verifies && (
            <Form.Item
              name="value"
              label={say('use.signature')}
              rules={[{ required: true, message: say('form.needed') }]}
            >
              <BytesInput base64 />
            </Form.Item>
          )}
          <Form.Item name="algorithm" label={say('use.algorithm')}>
            <Select options={algorithms.map((name) => ({ value: name, label: name }))} />
          </Form.Item>
          <Form.Item name="keyVersionId" label={say('key.version')}>
            <Select options={keyVersionIds.map((id) => ({ value: id, label: id }))} />
          </Form.Item>
          <div className="stack">
            <ErrorNote error={failure} />
            <div>
              <Button type="primary" htmlType="submit">
                {say(verifies ? 'use.verify' : 'use.sign')}
              </Button>
            </div>
          </div>
        </Form>
      </Card>
      {result && (
        <Card size="small" title={say('use.result')}>
          <div className="stack" aria-live="polite">
            <ResultValue name="value" value={result.value} />
            <span className="mono">RequestId {result.requestId}</span>
            {!verifies && <SameElsewhere operation={AsymmetricSign} input={result.input} />}
          </div>
        </Card>
      )}
    </div>
  )
}

interface SignInput {
  readonly keyId: string
  readonly keyVersionId: string
  readonly algorithm: Algorithm
  readonly digest: Uint8Array
}

function algorithmsOf(keySpec: string): readonly Algorithm[] {
  if (keySpec === 'EC_SM2') return ['SM2DSA']
  return keySpec.startsWith('RSA_') ? ['RSA_PSS_SHA_256', 'RSA_PKCS1_SHA_256'] : ['ECDSA_SHA_256']
}

const sha256 = async (message: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', message as BufferSource))
