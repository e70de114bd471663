/** `keyhaven/testcontainers`: a development server in a container of its own, for tests that start containers anyway. */
export type { SeedInput as Seed } from '../server/seed/schema.ts'
export { KeyhavenContainer } from './keyhaven-container.ts'
export { StartedKeyhavenContainer } from './started-container.ts'
