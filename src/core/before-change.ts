import { AsyncLocalStorage } from 'node:async_hooks'

const recording = new AsyncLocalStorage<() => Promise<void>>()

/**
 * Runs a call whose first change waits for `record`: what changes state is recorded before it does, and what is refused
 * before that needs no record but that of its refusal (SEC-43).
 */
export const recordingChanges = <T>(record: () => Promise<void>, work: () => T): T => recording.run(record, work)

/** Asked before a commit that changes something. */
export const changeRecorded = (): Promise<void> | undefined => recording.getStore()?.()
