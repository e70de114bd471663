import { Alert, Button, Card, Descriptions, Form, Input, Select, Steps } from 'antd'
import { useState } from 'react'
import { DeleteKeyMaterial, GetParametersForImport, ImportKeyMaterial } from '../../../api/key-material.ts'
import type { ResponseOf } from '../../../api/operation.ts'
import { call } from '../../call.ts'
import { CallError } from '../../call-error.ts'
import { BytesInput } from '../../form/bytes-input.tsx'
import { CliLine } from '../../parts/cli-line.tsx'
import { CopyButton } from '../../parts/copy-button.tsx'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { SaveButton } from '../../parts/save-button.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useChange } from '../../queries.ts'
import { errorTexts } from '../../text/error-texts.ts'
import { useLanguage, useSay } from '../../text/language.tsx'
import type { KeyMetadata } from './key-columns.tsx'
import { KeyImpact } from './key-impact.tsx'
import { wrapCommand, wrapMaterial } from './wrap-material.ts'

type Parameters = ResponseOf<typeof GetParametersForImport>
type WrappingAlgorithm =
  | 'RSAES_OAEP_SHA_256'
  | 'RSAES_OAEP_SHA_1'
  | 'SM2PKE'
  | 'RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD'
  | 'SM2PKE_SM4_ECB'

/** Bring your own key: parameters, wrap, upload. */
export function KeyMaterial({ metadata }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const told = useTold()
  const [isDeleting, setDeleting] = useState(false)
  const remove = useChange(DeleteKeyMaterial)
  const { keyId, keyState, materialExpireTime } = metadata
  const hasMaterial = keyState !== 'PendingImport'
  return (
    <div className="stack">
      {hasMaterial && (
        <Card
          size="small"
          title={say('material.present')}
          extra={
            <Button danger size="small" onClick={() => setDeleting(true)}>
              {say('material.delete')}
            </Button>
          }
        >
          {say('material.expires')} <Time value={materialExpireTime} none={say('word.never')} />
        </Card>
      )}
      <Card size="small" title={say(hasMaterial ? 'material.again' : 'material.import')}>
        <ImportWizard metadata={metadata} />
      </Card>
      {isDeleting && (
        <DangerDialog
          title={say('material.delete')}
          effect={say('material.deleteEffect')}
          impact={<KeyImpact keyId={keyId} />}
          typed={keyId}
          confirm={say('material.delete')}
          run={async () => {
            const { requestId } = await remove.mutateAsync({ keyId })
            told(say('material.deleted'), requestId)
          }}
          close={() => setDeleting(false)}
        />
      )}
    </div>
  )
}

function ImportWizard({ metadata: { keyId, keySpec } }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const algorithms = algorithmsFor(keySpec)
  const [algorithm, setAlgorithm] = useState<WrappingAlgorithm>(algorithms[0] ?? 'RSAES_OAEP_SHA_256')
  const [parameters, setParameters] = useState<Parameters>()
  const [failure, setFailure] = useState<unknown>()

  async function fetchParameters(): Promise<void> {
    setFailure(undefined)
    const wrappingKeySpec = algorithm.startsWith('SM2') ? 'EC_SM2' : 'RSA_2048'
    await call(GetParametersForImport, { keyId, wrappingKeySpec, wrappingAlgorithm: algorithm }).then(
      setParameters,
      setFailure,
    )
  }

  return (
    <div className="stack">
      <Steps
        size="small"
        current={parameters ? 1 : 0}
        items={[
          { title: say('material.parameters') },
          { title: say('material.wrap') },
          { title: say('material.upload') },
        ]}
      />
      <div className="row">
        <label htmlFor="wrapping">{say('material.algorithm')}</label>
        <Select
          id="wrapping"
          style={{ width: 'min(100%, 340px)' }}
          value={algorithm}
          onChange={setAlgorithm}
          options={algorithms.map((value) => ({ value, label: value }))}
        />
        <Button type={parameters ? 'default' : 'primary'} onClick={() => void fetchParameters()}>
          {say('material.getParameters')}
        </Button>
      </div>
      <ErrorNote error={failure} />
      {parameters && (
        <WrapAndUpload
          keyId={keyId}
          keySpec={keySpec}
          algorithm={algorithm}
          parameters={parameters}
          used={() => setParameters(undefined)}
        />
      )}
    </div>
  )
}

interface WrapProps {
  readonly keyId: string
  readonly keySpec: string
  readonly algorithm: WrappingAlgorithm
  readonly parameters: Parameters
  /** the token is used up, whatever came of it */
  used(): void
}

interface Entered {
  readonly wrapped?: Uint8Array
  readonly expires?: string
}

function WrapAndUpload({ keyId, keySpec, algorithm, parameters, used }: WrapProps) {
  const { language, say } = useLanguage()
  const told = useTold()
  const [form] = Form.useForm<Entered>()
  const [failure, setFailure] = useState<unknown>()
  const { publicKey, importToken, tokenExpireTime } = parameters
  const pem = `-----BEGIN PUBLIC KEY-----\n${publicKey.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`
  const command = wrapCommand(algorithm)

  async function upload({ wrapped = new Uint8Array(), expires }: Entered): Promise<void> {
    setFailure(undefined)
    try {
      const { requestId } = await call(ImportKeyMaterial, {
        keyId,
        encryptedKeyMaterial: wrapped,
        importToken,
        ...(expires ? { keyMaterialExpireUnix: Math.floor(Date.parse(expires) / 1000) } : {}),
      })
      void queries.invalidateQueries()
      told(say('material.imported'), requestId)
      used()
    } catch (error) {
      setFailure(error)
      if (error instanceof CallError) form.setFields([{ name: 'wrapped', errors: errorTexts(language, error) }])
    }
  }

  return (
    <>
      <Descriptions
        bordered
        size="small"
        column={1}
        items={[
          {
            key: 'publicKey',
            label: say('material.wrappingKey'),
            children: (
              <span className="row">
                wrapping-key.pem <SaveButton name="wrapping-key.pem" content={pem} /> <CopyButton text={pem} />
              </span>
            ),
          },
          {
            key: 'token',
            label: say('material.token'),
            children: (
              <span className="row">
                {say('material.tokenUntil')} <Time value={tokenExpireTime} />
              </span>
            ),
          },
        ]}
      />
      {command !== undefined && (
        <div>
          {say('material.wrapCommand')}
          <CliLine command={command} />
        </div>
      )}
      <Form<Entered> form={form} layout="vertical" onFinish={(entered) => void upload(entered)}>
        <Form.Item
          name="wrapped"
          label={say('material.wrapped')}
          rules={[{ required: true, message: say('form.needed') }]}
        >
          <BytesInput base64 />
        </Form.Item>
        {algorithm === 'RSAES_OAEP_SHA_256' && keySpec.startsWith('Aliyun_') && (
          <WrapHere publicKey={publicKey} keySpec={keySpec} put={(wrapped) => form.setFieldsValue({ wrapped })} />
        )}
        <Form.Item name="expires" label={say('material.expires')} extra={say('material.expiresHelp')}>
          <Input type="datetime-local" style={{ width: 240 }} />
        </Form.Item>
        <div className="stack">
          <ErrorNote error={failure} />
          {failure !== undefined && (
            <Alert
              type="info"
              showIcon
              title={say('material.tokenUsed')}
              action={<Button onClick={used}>{say('material.getParameters')}</Button>}
            />
          )}
          <div>
            <Button type="primary" htmlType="submit">
              {say('material.import')}
            </Button>
          </div>
        </div>
      </Form>
    </>
  )
}

interface WrapHereProps {
  readonly publicKey: string
  readonly keySpec: string
  put(wrapped: Uint8Array): void
}

/** For trying it out: the material is made and wrapped in this browser. Real material stays where it comes from. */
function WrapHere({ publicKey, keySpec, put }: WrapHereProps) {
  const say = useSay()
  const [fingerprint, setFingerprint] = useState<string>()
  async function make(): Promise<void> {
    const made = await wrapMaterial(publicKey, keySpec)
    put(made.wrapped)
    setFingerprint(made.fingerprint)
  }
  return (
    <Alert
      type="info"
      style={{ marginBottom: 16 }}
      title={say('material.tryHere')}
      description={fingerprint && <span className="mono">SHA-256 {fingerprint}</span>}
      action={<Button onClick={() => void make()}>{say('material.makeRandom')}</Button>}
    />
  )
}

function algorithmsFor(keySpec: string): readonly WrappingAlgorithm[] {
  const isSymmetric = /^(?:Aliyun|HMAC)_/.test(keySpec)
  if (isSymmetric) return ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1', 'SM2PKE']
  return ['RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD', 'SM2PKE_SM4_ECB']
}
