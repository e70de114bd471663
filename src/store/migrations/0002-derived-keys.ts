/**
 * No table changes. From here on a key version may have a key for each mode, which its record says; a release that does
 * not know of it would use the material itself, so it must not open this database.
 */
export async function noteDerivedKeys(): Promise<void> {}
