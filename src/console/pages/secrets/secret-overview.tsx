import { EyeOutlined } from '@ant-design/icons'
import { Button, Card, Modal } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { UpdateSecret } from '../../../api/secrets.ts'
import { quoted } from '../../parts/cli-command.ts'
import { CliLine } from '../../parts/cli-line.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { EditableDescription } from '../../parts/editable-description.tsx'
import { Facts } from '../../parts/facts.tsx'
import { TagsCard } from '../../parts/tags-card.tsx'
import { Time } from '../../parts/time.tsx'
import { useSay } from '../../text/language.tsx'
import { RevealedValue } from './revealed-value.tsx'
import type { Secret } from './secret.ts'
import { SecretLastUsed, SecretRotation } from './secret-cells.tsx'

export function SecretOverview({ secret }: { readonly secret: Secret }) {
  const say = useSay()
  const { secretName, arn, encryptionKeyId } = secret
  return (
    <div className="stack">
      <Card size="small" title={say('secrets.value')}>
        <Reveal secretName={secretName} />
      </Card>
      <Facts
        facts={[
          { name: say('word.type'), value: secret.secretType },
          { name: 'ARN', value: <Copyable text={arn} /> },
          { name: say('secrets.lastRead'), value: <SecretLastUsed secretName={secretName} /> },
          { name: say('keys.rotation'), value: <SecretRotation secretName={secretName} /> },
          { name: say('word.created'), value: <Time value={secret.createTime} /> },
          { name: say('secrets.updated'), value: <Time value={secret.updateTime} /> },
          {
            name: say('secrets.encryptionKey'),
            value: encryptionKeyId ? (
              <Link to={`/keys/${encryptionKeyId}`}>{encryptionKeyId}</Link>
            ) : (
              say('secrets.serviceKey')
            ),
          },
          { name: say('keys.instance'), value: secret.dKMSInstanceId ?? '–' },
          {
            name: say('word.description'),
            value: (
              <EditableDescription operation={UpdateSecret} fixed={{ secretName }} description={secret.description} />
            ),
          },
        ]}
      />
      <TagsCard of={{ secretName }} tags={secret.tags?.tag ?? []} />
    </div>
  )
}

/** The value is not fetched until it is asked for twice: who passes by the screen sees nothing. */
function Reveal({ secretName }: { readonly secretName: string }) {
  const say = useSay()
  const [step, setStep] = useState<'hidden' | 'asking' | 'shown'>('hidden')
  return (
    <div className="stack">
      {step === 'shown' ? (
        <RevealedValue secretName={secretName} hide={() => setStep('hidden')} />
      ) : (
        <div className="row">
          <span aria-hidden="true" className="mono">
            ••••••••••••
          </span>
          <Button icon={<EyeOutlined />} onClick={() => setStep('asking')}>
            {say('secrets.reveal')}
          </Button>
        </div>
      )}
      <CliLine command={`keyhaven secret get ${quoted(secretName)}`} />
      {step === 'asking' && (
        <Modal
          open
          title={say('secrets.reveal')}
          okText={say('secrets.reveal')}
          cancelText={say('dialog.cancel')}
          onOk={() => setStep('shown')}
          onCancel={() => setStep('hidden')}
        >
          {say('secrets.revealEffect')}
        </Modal>
      )}
    </div>
  )
}
