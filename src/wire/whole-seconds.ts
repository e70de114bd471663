/** `2026-11-21T22:00:25Z`, the form that every server accepts. */
export const wholeSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`
