import { Button, Modal, Select, Switch, Tag } from 'antd'
import { useState } from 'react'
import type { ResponseOf } from '../../../api/operation.ts'
import { ListSecretVersionIds, UpdateSecretVersionStage } from '../../../api/secrets.ts'
import { OperationForm } from '../../form/operation-form.tsx'
import { Copyable } from '../../parts/copyable.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { Time } from '../../parts/time.tsx'
import { useTold } from '../../parts/told.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { RevealedValue } from './revealed-value.tsx'

type Version = ResponseOf<typeof ListSecretVersionIds>['versionIds']['versionId'][number]

export function SecretVersions({ secretName }: { readonly secretName: string }) {
  const say = useSay()
  const told = useTold()
  const [page, setPage] = useState({ pageNumber: 1, pageSize: 20 })
  const [includeDeprecated, setIncludeDeprecated] = useState(false)
  const [moving, setMoving] = useState<Version>()
  const [shown, setShown] = useState<string>()
  const { data, error, isPending, refetch } = useAnswer(
    ListSecretVersionIds,
    { secretName, includeDeprecated, ...page },
    { keepPrevious: true },
  )
  const versions = data?.versionIds.versionId ?? []
  const holderOf = (stage: string): string | undefined =>
    versions.find(({ versionStages }) => versionStages.versionStage.includes(stage))?.versionId
  return (
    <>
      <DataTable<Version>
        name="secret-versions"
        rows={data?.versionIds.versionId}
        rowKey={({ versionId }) => versionId}
        error={error}
        isLoading={isPending}
        retry={refetch}
        empty={<NextStep text={say('secrets.noVersions')} />}
        filters={
          <span className="row">
            <Switch id="deprecated" size="small" checked={includeDeprecated} onChange={setIncludeDeprecated} />
            <label htmlFor="deprecated">{say('secrets.deprecated')}</label>
          </span>
        }
        paging={{
          ...page,
          total: data?.totalCount ?? 0,
          setPage: (pageNumber, pageSize) => setPage({ pageNumber, pageSize }),
        }}
        columns={[
          { key: 'version', title: say('key.version'), render: ({ versionId }) => <Copyable text={versionId} /> },
          {
            key: 'stages',
            title: say('secrets.stages'),
            render: ({ versionStages }) =>
              versionStages.versionStage.map((stage) => (
                <Tag key={stage} color={stage === 'ACSCurrent' ? 'success' : 'default'}>
                  {stage}
                </Tag>
              )),
          },
          { key: 'created', title: say('word.created'), render: ({ createTime }) => <Time value={createTime} /> },
          {
            key: 'actions',
            title: say('secrets.actions'),
            render: (version) => (
              <span className="row">
                <Button size="small" onClick={() => setMoving(version)}>
                  {say('secrets.moveStage')}
                </Button>
                <Button size="small" onClick={() => setShown(version.versionId)}>
                  {say('secrets.reveal')}
                </Button>
              </span>
            ),
          },
        ]}
      />
      {shown !== undefined && (
        <Modal open footer={null} title={say('secrets.value')} onCancel={() => setShown(undefined)}>
          <RevealedValue secretName={secretName} versionId={shown} hide={() => setShown(undefined)} />
        </Modal>
      )}
      {moving && (
        <Modal open footer={null} title={say('secrets.moveStage')} onCancel={() => setMoving(undefined)}>
          <p>{say('secrets.moveEffect', { version: moving.versionId })}</p>
          <MoveStage
            secretName={secretName}
            version={moving}
            holderOf={holderOf}
            done={(requestId) => {
              told(say('secrets.moved'), requestId)
              setMoving(undefined)
            }}
          />
        </Modal>
      )}
    </>
  )
}

interface MoveProps {
  readonly secretName: string
  readonly version: Version
  holderOf(stage: string): string | undefined
  done(requestId: string): void
}

const knownStages = ['ACSCurrent', 'ACSPrevious']

function MoveStage({ secretName, version: { versionId }, holderOf, done }: MoveProps) {
  const say = useSay()
  const [stage, setStage] = useState('ACSCurrent')
  const holder = holderOf(stage)
  return (
    <>
      <div>
        <label htmlFor="stage">{say('secrets.stage')}</label>
        <Select
          id="stage"
          style={{ width: '100%', marginBottom: 12 }}
          value={stage}
          onChange={setStage}
          options={knownStages.map((value) => ({
            value,
            label: `${value}${holderOf(value) ? ` (${holderOf(value)})` : ''}`,
          }))}
        />
      </div>
      <OperationForm
        operation={UpdateSecretVersionStage}
        fields={[]}
        fixed={{
          secretName,
          versionStage: stage,
          moveToVersion: versionId,
          ...(holder ? { removeFromVersion: holder } : {}),
        }}
        submit={say('secrets.moveStage')}
        done={({ requestId }) => done(requestId)}
      />
    </>
  )
}
