/**
 * No table changes. From here on the root key can be changed, and keys that outlive it stand in records; a release that
 * does not know of it would not find them, so it must not open this database.
 */
export async function noteChangedRootKeys(): Promise<void> {}
