/** A text in both languages, English first. `{name}` stands for what is put in when it is shown. */
export type Text = readonly [en: string, zh: string]

/** One part of the catalogue. A text that lacks a language is an error of type; so is one whose name does not exist. */
export const texts = <const Part extends Readonly<Record<string, Text>>>(part: Part): Part => part

type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
/** What a text wants to have put in. */
export type Gaps<T extends Text> = NamesIn<T[0]>

export const languages = ['en-US', 'zh-CN'] as const
export type Language = (typeof languages)[number]

export const textIn = (language: Language, text: Text): string => text[language === 'zh-CN' ? 1 : 0]

export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap))
