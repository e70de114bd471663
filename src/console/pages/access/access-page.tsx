import { Tabs } from 'antd'
import { useSearchParams } from 'react-router'
import { PageHead } from '../../parts/page-head.tsx'
import { useSay } from '../../text/language.tsx'
import { Policies } from './policies.tsx'
import { PolicyTester } from './policy-tester.tsx'
import { Roles } from './roles.tsx'
import { Sessions } from './sessions.tsx'
import { Users } from './users.tsx'

export function AccessPage() {
  const say = useSay()
  const [parameters, setParameters] = useSearchParams()
  return (
    <>
      <PageHead title={say('menu.access')} lead={say('iam.lead')} />
      <Tabs
        activeKey={parameters.get('tab') ?? 'users'}
        onChange={(tab) => setParameters({ tab })}
        destroyOnHidden
        items={[
          { key: 'users', label: say('iam.users'), children: <Users /> },
          { key: 'roles', label: say('iam.roles'), children: <Roles /> },
          { key: 'policies', label: say('iam.policies'), children: <Policies /> },
          { key: 'tester', label: say('iam.tester'), children: <PolicyTester /> },
          { key: 'sessions', label: say('iam.sessions'), children: <Sessions /> },
        ]}
      />
    </>
  )
}
