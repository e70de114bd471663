import {
  ApartmentOutlined,
  AppstoreOutlined,
  AuditOutlined,
  BellOutlined,
  DashboardOutlined,
  KeyOutlined,
  LockOutlined,
  QuestionCircleOutlined,
  SettingOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Button, Dropdown, Input, Layout, Menu, Spin } from 'antd'
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { Link, Outlet, useLocation, useNavigate } from 'react-router'
import { OutageNote } from '../service/outage-note.tsx'
import { type Session, signOut } from '../sign-in/session.ts'
import type { TextName } from '../text/catalogue.ts'
import { useSay } from '../text/language.tsx'
import { FaultBoundary } from './fault-boundary.tsx'
import { Logo } from './logo.tsx'
import { LookSwitches } from './look-switches.tsx'
import { Shortcuts } from './shortcuts.tsx'

export interface MenuEntry {
  /** of the page, and of its text `menu.<name>` */
  readonly name: Extract<TextName, `menu.${string}`> extends `menu.${infer Name}` ? Name : never
  readonly icon: ReactNode
}

const entries: readonly MenuEntry[] = [
  { name: 'overview', icon: <DashboardOutlined /> },
  { name: 'keys', icon: <KeyOutlined /> },
  { name: 'secrets', icon: <LockOutlined /> },
  { name: 'applications', icon: <AppstoreOutlined /> },
  { name: 'instances', icon: <ApartmentOutlined /> },
  { name: 'access', icon: <TeamOutlined /> },
  { name: 'activity', icon: <AuditOutlined /> },
  { name: 'events', icon: <BellOutlined /> },
  { name: 'system', icon: <SettingOutlined /> },
]

/** What stands around every page: the menu, the search, who is signed in. */
export function Frame({ session }: { readonly session: Session }) {
  const say = useSay()
  const { pathname } = useLocation()
  const [helpIsOpen, setHelpOpen] = useState(false)
  const area = pathname.split('/')[1] ?? ''
  return (
    <Layout style={{ minHeight: '100%' }}>
      <a href="#page" className="skip">
        {say('frame.skip')}
      </a>
      <Layout.Sider
        width={208}
        breakpoint="lg"
        collapsedWidth={56}
        style={{ position: 'sticky', top: 0, height: '100vh' }}
      >
        <Link
          to="/overview"
          className="row"
          style={{
            padding: '14px 12px',
            color: 'inherit',
            fontWeight: 600,
            fontSize: 16,
            flexWrap: 'nowrap',
            overflow: 'hidden',
          }}
        >
          <Logo />
          <span className="brand">Keyhaven</span>
        </Link>
        <nav aria-label={say('frame.menu')}>
          <Menu
            mode="inline"
            style={{ borderInlineEnd: 'none' }}
            selectedKeys={[area]}
            items={entries.map(({ name, icon }) => ({
              key: name,
              icon,
              label: <Link to={`/${name}`}>{say(`menu.${name}`)}</Link>,
            }))}
          />
        </nav>
      </Layout.Sider>
      <Layout>
        <Layout.Header className="frame-header" style={{ height: 56, lineHeight: 'normal' }}>
          <Find />
          <span style={{ marginInlineStart: 'auto' }} />
          <LookSwitches />
          <Button
            type="text"
            className="only-wide"
            icon={<QuestionCircleOutlined />}
            aria-label={say('frame.shortcuts')}
            onClick={() => setHelpOpen(true)}
          />
          <Account session={session} />
        </Layout.Header>
        <OutageNote />
        <Layout.Content id="page" tabIndex={-1} role="main" className="frame-main">
          <FaultBoundary key={area}>
            <Suspense fallback={<Spin description={say('frame.loading')} style={{ width: '100%', paddingTop: 80 }} />}>
              <Outlet />
            </Suspense>
          </FaultBoundary>
        </Layout.Content>
      </Layout>
      <Shortcuts isOpen={helpIsOpen} setOpen={setHelpOpen} />
      <PageFocus />
    </Layout>
  )
}

/** A new page is read from its beginning, by who listens to it, too. */
function PageFocus() {
  const { pathname } = useLocation()
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    document.querySelector<HTMLElement>('#page')?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [pathname])
  return null
}

function Find() {
  const say = useSay()
  const navigate = useNavigate()
  return (
    <Input.Search
      id="find"
      role="searchbox"
      aria-label={say('frame.search')}
      placeholder={say('frame.search')}
      allowClear
      style={{ maxWidth: 420 }}
      onSearch={(text) => {
        if (text.trim() !== '') void navigate(`/find?text=${encodeURIComponent(text.trim())}`)
      }}
    />
  )
}

function Account({ session }: { readonly session: Session }) {
  const say = useSay()
  const navigate = useNavigate()
  const name = session.arn.split('/').at(-1)?.split(':').at(-1) ?? session.arn
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'arn', label: say('frame.signedInAs', { arn: session.arn }), disabled: true },
          { key: 'sessions', label: say('frame.sessions') },
          { key: 'out', label: say('frame.signOut') },
        ],
        onClick: ({ key }) => {
          if (key === 'sessions') void navigate('/access?tab=sessions')
          if (key === 'out') void signOut()
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-haspopup="menu" aria-label={name}>
        <span className="only-wide">{name}</span>
      </Button>
    </Dropdown>
  )
}
