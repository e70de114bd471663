import { stripVTControlCharacters } from 'node:util'

/** A text of the service on one line of a terminal, without control characters that would move its cursor. */
export const printable = (text: string): string => stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ')

/** Columns that a text takes; Chinese characters and their like take two, marks upon others none. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0
  return /[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹯＀-｠￠-￦]|\p{Extended_Pictographic}/u.test(character) ? 2 : 1
}

/** The end of a text, behind an ellipsis where that is not all of it. */
export function endOf(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let end = ''
  let width = 1
  for (const { segment } of [...new Intl.Segmenter().segment(text)].reverse()) {
    width += textWidth(segment)
    if (width > columns) break
    end = segment + end
  }
  return `…${end}`
}
