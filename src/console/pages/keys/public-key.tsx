import { Card, Segmented, Select } from 'antd'
import { useEffect, useState } from 'react'
import { GetPublicKey } from '../../../api/asymmetric.ts'
import { ListKeyVersions } from '../../../api/keys.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { SaveButton } from '../../parts/save-button.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { publicJwk } from './public-jwk.ts'

export function PublicKey({ keyId }: { readonly keyId: string }) {
  const say = useSay()
  const [form, setForm] = useState<'PEM' | 'JWK'>('PEM')
  const [chosen, setChosen] = useState<string>()
  const versions = useAnswer(ListKeyVersions, { keyId, pageSize: 100 })
  const ids = (versions.data?.keyVersions.keyVersion ?? []).map(({ keyVersionId }) => keyVersionId)
  const keyVersionId = chosen ?? ids[0] ?? ''
  const { data, error } = useAnswer(GetPublicKey, { keyId, keyVersionId }, { enabled: keyVersionId !== '' })
  const jwk = useJwk(data?.publicKey)
  const shown = form === 'PEM' ? data?.publicKey : (jwk ?? say('key.noJwk'))
  return (
    <Card
      size="small"
      title={say('key.publicKey')}
      extra={
        <span className="row">
          {ids.length > 1 && (
            <Select
              size="small"
              aria-label={say('key.version')}
              value={keyVersionId}
              onChange={setChosen}
              options={ids.map((id) => ({ value: id, label: id }))}
            />
          )}
          <Segmented size="small" options={['PEM', 'JWK']} value={form} onChange={setForm} />
          {shown && <CopyButton text={shown} />}
          {shown && <SaveButton name={form === 'PEM' ? `${keyId}.pem` : `${keyId}.jwk.json`} content={shown} />}
        </span>
      }
    >
      <ErrorNote error={error} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre className="code-block mono" tabIndex={0}>
        {shown}
      </pre>
    </Card>
  )
}

function useJwk(pem: string | undefined): string | undefined {
  const [jwk, setJwk] = useState<string>()
  useEffect(() => {
    if (pem !== undefined) void publicJwk(pem).then(setJwk)
  }, [pem])
  return jwk
}
