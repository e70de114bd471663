import { Button, Drawer, Form, Input, Select, Tag } from 'antd'
import { useState } from 'react'
import type { ResponseOf } from '../../../api/operation.ts'
import { CreatePolicy, CreatePolicyVersion, DeletePolicy, GetPolicy, ListPolicies } from '../../../api/ram.ts'
import { call } from '../../call.ts'
import { CallError } from '../../call-error.ts'
import { DangerDialog } from '../../parts/danger-dialog.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Facts } from '../../parts/facts.tsx'
import { MarkerPaging, useMarkers } from '../../parts/marker-paging.tsx'
import { NextStep } from '../../parts/next-step.tsx'
import { PolicyEditor } from '../../parts/policy-editor.tsx'
import { useTold } from '../../parts/told.tsx'
import { queries, useAnswer } from '../../queries.ts'
import { errorTexts } from '../../text/error-texts.ts'
import { useLanguage, useSay } from '../../text/language.tsx'

type Row = ResponseOf<typeof ListPolicies>['policies']['policy'][number]
type Open = { readonly how: 'create' } | { readonly how: 'edit' | 'delete'; readonly policy: Row }

const blank = JSON.stringify({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['kms:DescribeKey'], Resource: ['*'] }],
})

/** Of what is built in it is not counted. */
const attachedTo = ({ policyType, attachmentCount }: Row) => (policyType === 'Custom' ? attachmentCount : '–')

export function Policies() {
  const say = useSay()
  const told = useTold()
  const markers = useMarkers()
  const [type, setType] = useState<'System' | 'Custom'>()
  const [open, setOpen] = useState<Open>()
  const input = {
    maxItems: 20,
    ...(type ? { policyType: type } : {}),
    ...(markers.marker ? { marker: markers.marker } : {}),
  }
  const { data, error, isPending, refetch } = useAnswer(ListPolicies, input, { keepPrevious: true })
  const close = (): void => setOpen(undefined)
  const saved = (requestId: string): void => {
    void queries.invalidateQueries()
    told(say('key.saved'), requestId)
    close()
  }
  const create = { label: say('apps.createPolicy'), run: () => setOpen({ how: 'create' }) }
  return (
    <>
      <DataTable<Row>
        name="policies"
        rows={data?.policies.policy}
        rowKey={({ policyName }) => policyName}
        error={error}
        isLoading={isPending}
        retry={refetch}
        filters={
          <>
            <Button type="primary" onClick={create.run}>
              {create.label}
            </Button>
            <Select
              allowClear
              aria-label={say('word.type')}
              placeholder={say('word.type')}
              style={{ minWidth: 140 }}
              value={type}
              options={(['System', 'Custom'] as const).map((value) => ({ value, label: say(`iam.${value}`) }))}
              onChange={(value?: 'System' | 'Custom') => setType(value)}
            />
          </>
        }
        empty={<NextStep text={say('apps.noPolicies')} action={create} />}
        footer={<MarkerPaging markers={markers} next={data?.isTruncated ? data.marker : undefined} />}
        columns={[
          {
            key: 'name',
            title: say('word.name'),
            render: (policy) => (
              <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setOpen({ how: 'edit', policy })}>
                {policy.policyName}
              </Button>
            ),
          },
          { key: 'type', title: say('word.type'), render: ({ policyType }) => <Tag>{say(`iam.${policyType}`)}</Tag> },
          { key: 'description', title: say('word.description'), render: ({ description }) => description || '–' },
          { key: 'attached', title: say('iam.attachedTo'), render: attachedTo },
          {
            key: 'actions',
            title: say('secrets.actions'),
            render: (policy) =>
              policy.policyType === 'Custom' && (
                <Button size="small" danger onClick={() => setOpen({ how: 'delete', policy })}>
                  {say('word.delete')}
                </Button>
              ),
          },
        ]}
      />
      {open?.how === 'create' && <NewPolicy close={close} saved={saved} />}
      {open?.how === 'edit' && <EditPolicy policy={open.policy} close={close} saved={saved} />}
      {open?.how === 'delete' && (
        <DangerDialog
          title={say('apps.delete', { name: open.policy.policyName })}
          effect={say('iam.deletePolicyEffect')}
          impact={<Facts columns={1} facts={[{ name: say('iam.attachedTo'), value: open.policy.attachmentCount }]} />}
          confirm={say('word.delete')}
          run={async () => saved((await call(DeletePolicy, { policyName: open.policy.policyName })).requestId)}
          close={close}
        />
      )}
    </>
  )
}

interface NewProps {
  close(): void
  saved(requestId: string): void
}

function NewPolicy({ close, saved }: NewProps) {
  const say = useSay()
  const { language } = useLanguage()
  const [policyName, setName] = useState('')
  const [nameFault, setNameFault] = useState<CallError>()
  async function create(policyDocument: string): Promise<void> {
    setNameFault(undefined)
    try {
      saved((await call(CreatePolicy, { policyName, policyDocument })).requestId)
    } catch (error) {
      const isOfName = error instanceof CallError && !error.code.includes('PolicyDocument')
      if (isOfName) setNameFault(error)
      throw error
    }
  }
  return (
    <Drawer open size={640} title={say('apps.createPolicy')} onClose={close}>
      <Form layout="vertical">
        <Form.Item
          label={say('word.name')}
          htmlFor="policyName"
          required
          {...(nameFault ? { validateStatus: 'error', help: errorTexts(language, nameFault).join(' ') } : {})}
        >
          <Input id="policyName" value={policyName} onChange={({ target }) => setName(target.value)} />
        </Form.Item>
      </Form>
      <PolicyEditor document={blank} kind="identity" saveLabel={say('apps.createPolicy')} save={create} />
    </Drawer>
  )
}

function EditPolicy({ policy: { policyName, policyType }, close, saved }: NewProps & { readonly policy: Row }) {
  const say = useSay()
  const { data, error } = useAnswer(GetPolicy, { policyName, policyType })
  const document = data?.defaultPolicyVersion.policyDocument
  return (
    <Drawer open size={640} title={policyName} onClose={close}>
      <ErrorNote error={error} />
      {document !== undefined &&
        (policyType === 'System' ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          <pre className="code-block mono" tabIndex={0}>
            {JSON.stringify(JSON.parse(document), null, 2)}
          </pre>
        ) : (
          <PolicyEditor
            key={document}
            document={document}
            kind="identity"
            saveLabel={say('iam.saveVersion')}
            save={async (policyDocument) =>
              saved(
                (
                  await call(CreatePolicyVersion, {
                    policyName,
                    policyDocument,
                    setAsDefault: true,
                    rotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
                  })
                ).requestId,
              )
            }
          />
        ))}
    </Drawer>
  )
}
