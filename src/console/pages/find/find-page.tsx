import { useQuery } from '@tanstack/react-query'
import { Card, Skeleton } from 'antd'
import { Link, useSearchParams } from 'react-router'
import { DescribeKey, ListKeys } from '../../../api/keys.ts'
import { ListSecrets } from '../../../api/secrets.ts'
import { call } from '../../call.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { useSay } from '../../text/language.tsx'
import { Aliases } from '../keys/key-columns.tsx'
import { secretPath } from '../secrets/secret-path.ts'

/** Finds keys by id, ARN, alias or tag, and secrets by name or tag. */
export function FindPage() {
  const say = useSay()
  const [parameters] = useSearchParams()
  const text = parameters.get('text') ?? ''
  const { data, error, isPending } = useQuery({ queryKey: ['find', text], queryFn: () => find(text) })
  return (
    <>
      <PageHead title={say('find.title', { text })} />
      <ErrorNote error={error} />
      {isPending && <Skeleton active />}
      {data && data.keyIds.length + data.secretNames.length === 0 && <NextStep text={say('find.nothing')} />}
      <div className="stack">
        {data && data.keyIds.length > 0 && (
          <Card size="small" title={say('menu.keys')}>
            {data.keyIds.map((keyId) => (
              <div key={keyId} className="row">
                <Link to={`/keys/${keyId}`} className="mono">
                  {keyId}
                </Link>
                <Aliases keyId={keyId} />
              </div>
            ))}
          </Card>
        )}
        {data && data.secretNames.length > 0 && (
          <Card size="small" title={say('menu.secrets')}>
            {data.secretNames.map((name) => (
              <div key={name}>
                <Link to={secretPath(name)}>{name}</Link>
              </div>
            ))}
          </Card>
        )}
      </div>
    </>
  )
}

const shown = 50

async function find(
  text: string,
): Promise<{ readonly keyIds: readonly string[]; readonly secretNames: readonly string[] }> {
  const keysBy = async (key: string, value: string): Promise<string[]> =>
    (await call(ListKeys, { pageSize: shown, filters: [{ key, values: [value] }] })).keys.key.map(({ keyId }) => keyId)
  const secretsBy = async (key: string): Promise<string[]> =>
    (await call(ListSecrets, { pageSize: shown, filters: [{ key, values: [text] }] })).secretList.secret.map(
      ({ secretName }) => secretName,
    )
  const nothing = (): string[] => []
  const alias = text.startsWith('alias/') ? text : `alias/${text}`
  const keys = await Promise.all([
    call(DescribeKey, { keyId: text }).then(({ keyMetadata }) => [keyMetadata.keyId], nothing),
    keysBy('AliasName', alias).catch(nothing),
    keysBy('TagKey', text).catch(nothing),
    keysBy('TagValue', text).catch(nothing),
  ])
  const secrets = await Promise.all([secretsBy('SecretName').catch(nothing), secretsBy('TagKey').catch(nothing)])
  return { keyIds: [...new Set(keys.flat())], secretNames: [...new Set(secrets.flat())] }
}
