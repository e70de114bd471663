import { ReloadOutlined, SettingOutlined } from '@ant-design/icons'
import { Button, Checkbox, Popover, Skeleton, Table } from 'antd'
import { type ReactNode, useState } from 'react'
import { keep, kept } from '../kept.ts'
import { useSay } from '../text/language.tsx'
import { ErrorNote } from './error-note.tsx'

export interface Column<Row> {
  readonly key: string
  readonly title: string
  render(row: Row): ReactNode
  /** not shown until it is chosen */
  readonly hidden?: boolean
}

interface Props<Row> {
  /** of the table; its columns are kept under it */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[] | undefined
  readonly rowKey: (row: Row) => string
  readonly error?: unknown
  readonly isLoading: boolean
  readonly retry?: () => unknown
  /** what is said when there is nothing, and what can be done about it */
  readonly empty: ReactNode
  readonly filters?: ReactNode
  readonly paging?: {
    readonly pageNumber: number
    readonly pageSize: number
    readonly total: number
    setPage(pageNumber: number, pageSize: number): void
  }
  readonly selection?: { readonly keys: readonly string[]; setKeys(keys: readonly string[]): void }
  readonly expanded?: (row: Row) => ReactNode
  /** in place of pages, of lists that are only ever gone through */
  readonly footer?: ReactNode
}

/** A list of the server's, a page at a time. */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { name, columns, rows, rowKey, error, isLoading, retry, empty, filters, paging, selection, expanded } = props
  const say = useSay()
  const [shown, setShown] = useState(() => shownColumns(name, columns))
  const choose = (keys: readonly string[]): void => {
    keep(`columns.${name}`, keys.join(' '))
    setShown(keys)
  }
  const table = columns
    .filter(({ key }) => shown.includes(key))
    .map(({ render, hidden: _, ...column }) => ({ ...column, render: (_value: unknown, row: Row) => render(row) }))
  return (
    <>
      <div className="filters">
        {filters}
        <span style={{ marginInlineStart: 'auto' }} className="row">
          {retry && (
            <Button
              icon={<ReloadOutlined />}
              aria-label={say('list.reload')}
              title={say('list.reload')}
              onClick={() => void retry()}
            />
          )}
          <ColumnChooser columns={columns} shown={shown} setShown={choose} />
        </span>
      </div>
      {error !== undefined && error !== null && (
        <div style={{ marginBottom: 12 }}>
          <ErrorNote error={error} retry={retry && <Button onClick={() => void retry()}>{say('list.retry')}</Button>} />
        </div>
      )}
      <Table<Row>
        size="middle"
        columns={table}
        dataSource={rows ?? []}
        rowKey={rowKey}
        locale={{
          emptyText:
            isLoading && rows === undefined ? (
              <Skeleton active paragraph={{ rows: 5 }} title={false} />
            ) : error ? (
              ' '
            ) : (
              empty
            ),
        }}
        pagination={
          paging === undefined
            ? false
            : {
                current: paging.pageNumber,
                pageSize: paging.pageSize,
                total: paging.total,
                showSizeChanger: true,
                pageSizeOptions: [10, 20, 50, 100],
                showTotal: (total) => say('list.total', { total }),
                onChange: paging.setPage,
                hideOnSinglePage: paging.total <= 10,
              }
        }
        {...(selection
          ? {
              rowSelection: {
                selectedRowKeys: [...selection.keys],
                onChange: (keys) => selection.setKeys(keys.map(String)),
                getCheckboxProps: (row) => ({ 'aria-label': say('list.select', { name: rowKey(row) }) }),
              },
            }
          : {})}
        {...(expanded ? { expandable: { expandedRowRender: expanded } } : {})}
      />
      {props.footer && <div style={{ marginTop: 12 }}>{props.footer}</div>}
    </>
  )
}

function shownColumns<Row>(name: string, columns: readonly Column<Row>[]): readonly string[] {
  const chosen = kept(`columns.${name}`)?.split(' ')
  const known = columns.map(({ key }) => key)
  const still = chosen?.filter((key) => known.includes(key)) ?? []
  return still.length > 0 ? still : columns.filter(({ hidden }) => hidden !== true).map(({ key }) => key)
}

interface ChooserProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly shown: readonly string[]
  setShown(keys: readonly string[]): void
}

function ColumnChooser<Row>({ columns, shown, setShown }: ChooserProps<Row>) {
  const say = useSay()
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={say('list.columns')}
      content={
        <Checkbox.Group
          style={{ display: 'flex', flexDirection: 'column', gap: 4 }}
          value={[...shown]}
          onChange={(keys) => keys.length > 0 && setShown(keys)}
          options={columns.map(({ key, title }) => ({ value: key, label: title }))}
        />
      }
    >
      <Button icon={<SettingOutlined />} aria-label={say('list.columns')} title={say('list.columns')} />
    </Popover>
  )
}
