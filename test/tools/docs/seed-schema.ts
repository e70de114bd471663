import { z } from 'zod'
import { seedSchema } from '../../../src/server/seed/schema.ts'

/** The form of seed files, for editors. */
export const seedSchemaFile = (): string =>
  `${JSON.stringify({ title: 'Keyhaven seed', ...z.toJSONSchema(seedSchema, { io: 'input' }) }, null, 2)}\n`
