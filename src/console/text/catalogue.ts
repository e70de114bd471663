import { frameTexts } from './frame.ts'
import { keyTexts } from './keys.ts'
import { partTexts } from './parts.ts'

/** Everything that the console says, by name. A new part is a line here. */
export const catalogue = { ...frameTexts, ...partTexts, ...keyTexts }

export type Catalogue = typeof catalogue
export type TextName = keyof Catalogue
