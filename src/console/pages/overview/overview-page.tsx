import { Card, Col, Row, Statistic } from 'antd'
import { Link } from 'react-router'
import { ListApplicationAccessPoints } from '../../../api/application-access.ts'
import { ListKeys } from '../../../api/keys.ts'
import { ListUsers } from '../../../api/ram.ts'
import { ListSecrets } from '../../../api/secrets.ts'
import { PageHead } from '../../parts/page-head.tsx'
import { useAnswer } from '../../queries.ts'
import { useSay } from '../../text/language.tsx'
import { NeedsAttention } from './needs-attention.tsx'
import { StateStrip } from './state-strip.tsx'
import { Traffic } from './traffic.tsx'

/** Is it healthy, is anything about to expire or fail. */
export function OverviewPage() {
  const say = useSay()
  return (
    <>
      <PageHead title={say('menu.overview')} />
      <div className="stack">
        <StateStrip />
        <Counts />
        <NeedsAttention />
        <Traffic />
      </div>
    </>
  )
}

function Counts() {
  const say = useSay()
  const keys = useAnswer(ListKeys, { pageSize: 1 })
  const enabled = useAnswer(ListKeys, { pageSize: 1, filters: [{ key: 'KeyState', values: ['Enabled'] }] })
  const secrets = useAnswer(ListSecrets, { pageSize: 1 })
  const applications = useAnswer(ListApplicationAccessPoints, { pageSize: 1 })
  const users = useAnswer(ListUsers, { maxItems: 1000 })
  const counts = [
    {
      to: '/keys',
      title: say('menu.keys'),
      value: keys.data?.totalCount,
      more: enabled.data && say('overview.enabled', { count: enabled.data.totalCount }),
    },
    { to: '/secrets', title: say('menu.secrets'), value: secrets.data?.totalCount },
    { to: '/applications', title: say('menu.applications'), value: applications.data?.totalCount },
    { to: '/access', title: say('iam.users'), value: users.data?.users.user.length },
  ]
  return (
    <Row gutter={[12, 12]}>
      {counts.map(({ to, title, value, more }) => (
        <Col key={to} xs={12} lg={6}>
          <Card size="small">
            <Link to={to} style={{ color: 'inherit' }}>
              <Statistic
                title={title}
                value={value ?? '–'}
                suffix={more && <span style={{ fontSize: 13 }}>{more}</span>}
              />
            </Link>
          </Card>
        </Col>
      ))}
    </Row>
  )
}
