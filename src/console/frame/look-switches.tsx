import { BulbOutlined, GlobalOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useLanguage } from '../text/language.tsx'
import { themes, useTheme } from '../theme.tsx'

/** Language and theme; both are kept by the browser. */
export function LookSwitches() {
  const { language, setLanguage, say } = useLanguage()
  const { theme, setTheme } = useTheme()
  return (
    <>
      <Button
        type="text"
        icon={<GlobalOutlined />}
        lang={language === 'zh-CN' ? 'en-US' : 'zh-CN'}
        onClick={() => setLanguage(language === 'zh-CN' ? 'en-US' : 'zh-CN')}
      >
        {language === 'zh-CN' ? 'English' : '中文'}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: themes.map((name) => ({ key: name, label: say(`theme.${name}`) })),
          selectedKeys: [theme],
          onClick: ({ key }) => setTheme(themes.find((name) => name === key) ?? 'system'),
        }}
      >
        <Button type="text" icon={<BulbOutlined />} aria-label={say('theme.choose')} aria-haspopup="menu" />
      </Dropdown>
    </>
  )
}
