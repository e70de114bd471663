import { accessTexts } from './access.ts'
import { activityTexts } from './activity.ts'
import { applicationTexts } from './applications.ts'
import { createKeyTexts } from './create-key.ts'
import { frameTexts } from './frame.ts'
import { oneKeyTexts } from './key.ts'
import { keyTexts } from './keys.ts'
import { overviewTexts } from './overview.ts'
import { partTexts } from './parts.ts'
import { secretTexts } from './secrets.ts'

/** Everything that the console says, by name. A new part is a line here. */
export const catalogue = {
  ...frameTexts,
  ...partTexts,
  ...keyTexts,
  ...createKeyTexts,
  ...oneKeyTexts,
  ...activityTexts,
  ...secretTexts,
  ...applicationTexts,
  ...accessTexts,
  ...overviewTexts,
}

export type Catalogue = typeof catalogue
export type TextName = keyof Catalogue
