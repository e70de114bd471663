import { Alert, Tabs } from 'antd'
import { AsymmetricDecrypt, AsymmetricEncrypt } from '../../../../api/asymmetric.ts'
import { Decrypt, Encrypt, GenerateDataKey, GenerateMac, VerifyMac } from '../../../../api/cryptography.ts'
import { ListKeyVersions } from '../../../../api/keys.ts'
import { useAnswer } from '../../../queries.ts'
import { useSay } from '../../../text/language.tsx'
import type { KeyMetadata } from '../key-columns.tsx'
import { SignatureUse } from './signature-use.tsx'
import { Trial } from './trial.tsx'

const macAlgorithm = (keySpec: string): 'HMAC_SHA_256' => keySpec as 'HMAC_SHA_256'

/** Uses the key right here, and says how a program does the same. */
export function KeyUse({ metadata }: { readonly metadata: KeyMetadata }) {
  const say = useSay()
  const { keyId, keySpec, keyUsage, keyState } = metadata
  const versions = useAnswer(ListKeyVersions, { keyId, pageSize: 100 })
  if (keyState !== 'Enabled') return <Alert type="warning" showIcon title={say('use.notEnabled')} />
  if (keySpec.startsWith('HMAC_')) return <MacUse keyId={keyId} algorithm={macAlgorithm(keySpec)} />
  if (keySpec.startsWith('Aliyun_')) return <SymmetricUse keyId={keyId} />
  const keyVersionIds = (versions.data?.keyVersions.keyVersion ?? []).map(({ keyVersionId }) => keyVersionId)
  const [newest] = keyVersionIds
  if (newest === undefined) return null
  if (keyUsage === 'SIGN/VERIFY') return <SignatureUse keyId={keyId} keySpec={keySpec} keyVersionIds={keyVersionIds} />
  return <PublicKeyUse keyId={keyId} keySpec={keySpec} keyVersionId={newest} />
}

function SymmetricUse({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  return (
    <Tabs
      type="card"
      size="small"
      items={[
        {
          key: 'encrypt',
          label: say('use.encrypt'),
          children: (
            <Trial
              operation={Encrypt}
              fixed={{ keyId }}
              initial={{}}
              bytesAsBase64={['Plaintext']}
              results={['ciphertextBlob']}
              submit={say('use.encrypt')}
            />
          ),
        },
        {
          key: 'decrypt',
          label: say('use.decrypt'),
          children: (
            <Trial
              operation={Decrypt}
              base64={['CiphertextBlob']}
              about={{ InvalidParameter: 'CiphertextBlob' }}
              results={['plaintext']}
              submit={say('use.decrypt')}
            />
          ),
        },
        {
          key: 'dataKey',
          label: say('use.dataKey'),
          children: (
            <Trial
              operation={GenerateDataKey}
              fixed={{ keyId }}
              fields={['NumberOfBytes', 'EncryptionContext']}
              initial={{ NumberOfBytes: 32 }}
              results={['plaintext', 'ciphertextBlob']}
              submit={say('use.dataKey')}
            />
          ),
        },
      ]}
    />
  )
}

interface PublicKeyUseProps {
  readonly keyId: string
  readonly keySpec: string
  readonly keyVersionId: string
}

function PublicKeyUse({ keyId, keySpec, keyVersionId }: PublicKeyUseProps) {
  const say = useSay()
  const algorithms = keySpec === 'EC_SM2' ? ['SM2PKE'] : ['RSAES_OAEP_SHA_256', 'RSAES_OAEP_SHA_1']
  const shared = {
    fixed: { keyId },
    initial: { KeyVersionId: keyVersionId, Algorithm: algorithms[0] },
    overrides: { Algorithm: { values: algorithms } },
  }
  return (
    <Tabs
      type="card"
      size="small"
      items={[
        {
          key: 'encrypt',
          label: say('use.encrypt'),
          children: (
            <Trial operation={AsymmetricEncrypt} {...shared} results={['ciphertextBlob']} submit={say('use.encrypt')} />
          ),
        },
        {
          key: 'decrypt',
          label: say('use.decrypt'),
          children: (
            <Trial
              operation={AsymmetricDecrypt}
              {...shared}
              base64={['CiphertextBlob']}
              about={{ InvalidParameter: 'CiphertextBlob' }}
              results={['plaintext']}
              submit={say('use.decrypt')}
            />
          ),
        },
      ]}
    />
  )
}

function MacUse({ keyId, algorithm }: { readonly keyId: string; readonly algorithm: 'HMAC_SHA_256' }) {
  const say = useSay()
  return (
    <Tabs
      type="card"
      size="small"
      items={[
        {
          key: 'make',
          label: say('use.makeMac'),
          children: (
            <Trial operation={GenerateMac} fixed={{ keyId, algorithm }} results={['mac']} submit={say('use.makeMac')} />
          ),
        },
        {
          key: 'verify',
          label: say('use.verify'),
          children: (
            <Trial
              operation={VerifyMac}
              fixed={{ keyId, algorithm }}
              base64={['Mac']}
              results={['value']}
              submit={say('use.verify')}
            />
          ),
        },
      ]}
    />
  )
}
