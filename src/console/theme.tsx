import { theme as antTheme, ConfigProvider, type ThemeConfig } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { createContext, type ReactNode, use, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { keep, kept } from './kept.ts'
import { nonce } from './nonce.ts'
import { useLanguage } from './text/language.tsx'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

interface ThemeValue {
  readonly theme: Theme
  readonly isDark: boolean
  setTheme(theme: Theme): void
}

const ThemeContext = createContext<ThemeValue | undefined>(undefined)
const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')
/** Told by the theme alone: style that cuts animations short leaves a menu, now and then, where nobody sees it. */
const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)')

/** Colours that keep a contrast of 4.5 to 1 on what they stand on (WCAG 2.2, 1.4.3). */
const light: ThemeConfig = {
  algorithm: antTheme.defaultAlgorithm,
  token: {
    colorPrimary: '#0b6e6e',
    colorInfo: '#0b6e6e',
    colorLink: '#0a6262',
    colorSuccess: '#237804',
    colorWarning: '#ad4e00',
    colorError: '#c41d2f',
    colorTextDescription: 'rgba(0,0,0,0.65)',
    colorTextTertiary: 'rgba(0,0,0,0.6)',
    colorTextPlaceholder: 'rgba(0,0,0,0.57)',
    colorTextDisabled: 'rgba(0,0,0,0.55)',
    colorBgLayout: '#f4f6f6',
    colorSuccessBg: '#eef8e8',
    colorSuccessBorder: '#b5dca0',
    colorWarningBg: '#fff5e6',
    colorWarningBorder: '#f3cd9b',
    colorErrorBg: '#fdeeee',
    colorErrorBorder: '#f2b8b8',
    colorInfoBg: '#e8f4f4',
    colorInfoBorder: '#a9d3d2',
    colorPrimaryBg: '#e8f4f4',
  },
  components: {
    Layout: { siderBg: '#ffffff', headerBg: '#ffffff' },
    Menu: { itemSelectedBg: '#e1f0ef', itemSelectedColor: '#085454' },
  },
}
const dark: ThemeConfig = {
  algorithm: antTheme.darkAlgorithm,
  token: {
    colorPrimary: '#2a9d9d',
    colorInfo: '#4fc3c3',
    colorLink: '#6bd0d0',
    colorError: '#f06a6f',
    colorTextDescription: 'rgba(255,255,255,0.7)',
    colorTextTertiary: 'rgba(255,255,255,0.65)',
    colorTextPlaceholder: 'rgba(255,255,255,0.6)',
    colorTextDisabled: 'rgba(255,255,255,0.55)',
    colorBgLayout: '#101414',
  },
  components: {
    Layout: { siderBg: '#161b1b', headerBg: '#161b1b' },
    Button: {
      colorPrimary: '#45b5b5',
      colorPrimaryHover: '#5cc6c6',
      colorPrimaryActive: '#39a3a3',
      primaryColor: '#04201f',
    },
    Tabs: { itemSelectedColor: '#6bd0d0', itemHoverColor: '#7fe0e0', inkBarColor: '#6bd0d0' },
    Menu: { itemBg: '#161b1b', itemSelectedBg: '#15393a', itemSelectedColor: '#7fe0e0' },
  },
}

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const { language } = useLanguage()
  const [theme, setTheme] = useState<Theme>(() => themes.find((name) => name === kept('theme')) ?? 'system')
  const systemIsDark = useSyncExternalStore(subscribe, () => darkQuery.matches)
  const isDark = theme === 'dark' || (theme === 'system' && systemIsDark)
  useEffect(() => {
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light'
  }, [isDark])
  const value = useMemo<ThemeValue>(
    () => ({
      theme,
      isDark,
      setTheme: (chosen) => {
        keep('theme', chosen)
        setTheme(chosen)
      },
    }),
    [theme, isDark],
  )
  const chosen = isDark ? dark : light
  const config = useMemo(() => ({ ...chosen, token: { ...chosen.token, motion: !reducedMotion.matches } }), [chosen])
  return (
    <ThemeContext value={value}>
      <ConfigProvider
        csp={{ nonce }}
        locale={language === 'zh-CN' ? zhCN : enUS}
        theme={config}
        button={{ autoInsertSpace: false }}
      >
        {children}
      </ConfigProvider>
    </ThemeContext>
  )
}

function subscribe(onChange: () => void): () => void {
  darkQuery.addEventListener('change', onChange)
  return () => darkQuery.removeEventListener('change', onChange)
}

export function useTheme(): ThemeValue {
  const value = use(ThemeContext)
  if (value === undefined) throw new TypeError('no theme is provided')
  return value
}
