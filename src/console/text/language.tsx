import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react'
import { keep, kept } from '../kept.ts'
import { type Catalogue, catalogue, type TextName } from './catalogue.ts'
import { filled, type Gaps, type Language, languages, textIn } from './texts.ts'

type Values<Name extends TextName> = [Gaps<Catalogue[Name]>] extends [never]
  ? []
  : [values: Readonly<Record<Gaps<Catalogue[Name]>, string | number>>]

/** A text of the catalogue in the language that is chosen. */
export type Say = <Name extends TextName>(name: Name, ...values: Values<Name>) => string

interface LanguageValue {
  readonly language: Language
  setLanguage(language: Language): void
  readonly say: Say
}

const LanguageContext = createContext<LanguageValue | undefined>(undefined)

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage)
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const value = useMemo<LanguageValue>(
    () => ({
      language,
      say: sayIn(language),
      setLanguage: (chosen) => {
        keep('language', chosen)
        setLanguage(chosen)
      },
    }),
    [language],
  )
  return <LanguageContext value={value}>{children}</LanguageContext>
}

export const sayIn =
  (language: Language): Say =>
  (name, ...[values]) =>
    filled(textIn(language, catalogue[name]), values ?? {})

/** The one that was chosen before, else the browser's. */
function firstLanguage(): Language {
  const chosen = kept('language')
  return languages.find((language) => language === chosen) ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en-US')
}

export function useLanguage(): LanguageValue {
  const value = use(LanguageContext)
  if (value === undefined) throw new TypeError('no language is provided')
  return value
}

export const useSay = (): Say => useLanguage().say
