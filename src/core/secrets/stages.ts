import { KmsError, resourceNotFound } from '../errors.ts'

/*
 * The versions of a secret and the labels on them, as a machine without storage: each function takes a state and
 * returns the next one, or refuses. A label marks one version; `ACSCurrent` is always on exactly one.
 */

export const currentStage = 'ACSCurrent'
export const previousStage = 'ACSPrevious'

export interface StagedVersions {
  /** oldest first, never empty */
  readonly versions: readonly { readonly id: string; readonly createdAt: string }[]
  /** label → version id */
  readonly stages: Readonly<Record<string, string>>
}

/** Versions that a secret has at most; storing one more removes the oldest without a label. */
export const maxVersions = 10
/** Labels that a secret has at most, on all versions together. */
export const maxStages = 8

/** A secret with its first version, which is the current one. */
export const firstVersion = (id: string, createdAt: string): StagedVersions => ({
  versions: [{ id, createdAt }],
  stages: { [currentStage]: id },
})

/** The labels of a version, the system's first, then in the order they were first used. */
export const stagesOf = ({ stages }: StagedVersions, versionId: string): string[] =>
  Object.entries(stages)
    .filter(([, holder]) => holder === versionId)
    .map(([label]) => label)
    .sort((a, b) => rank(a) - rank(b))

const systemStages = [currentStage, previousStage]
const rank = (label: string): number =>
  systemStages.includes(label) ? systemStages.indexOf(label) : systemStages.length

export const hasVersion = ({ versions }: StagedVersions, versionId: string): boolean =>
  versions.some(({ id }) => id === versionId)

/**
 * Adds a version that takes over `labels`. With `ACSCurrent` among them the version that was current becomes the
 * previous one.
 *
 * @param most - labels that there may be; a rotation that has changed its target must not fail for one more
 * @returns the next state, and the versions that had to go to make room
 * @throws KmsError `Rejected.LimitExceeded` for too many labels, or when every version that could go has one
 */
export function addVersion(
  state: StagedVersions,
  version: { readonly id: string; readonly createdAt: string },
  labels: readonly string[],
  most = maxStages,
): { readonly next: StagedVersions; readonly dropped: readonly string[] } {
  const stages = withStages(state.stages, version.id, labels, most)
  const versions = [...state.versions, version]
  const dropped = unlabelled({ versions, stages }).slice(0, Math.max(0, versions.length - maxVersions))
  if (versions.length - dropped.length > maxVersions) throw limitExceeded()
  return { next: { versions: versions.filter(({ id }) => !dropped.includes(id)), stages }, dropped }
}

export interface StageMove {
  readonly label: string
  readonly moveTo?: string | undefined
  readonly removeFrom?: string | undefined
}

/**
 * Moves a label to a version, or takes a custom one away.
 *
 * @throws KmsError `Rejected.InvalidRequest` for a combination that says nothing; `Forbidden.ResourceNotFound` for an
 * unknown version; `Rejected.UnsupportedOperation` when the label is not where the caller says;
 * `Rejected.LimitExceeded`
 */
export function moveStage(state: StagedVersions, { label, moveTo, removeFrom }: StageMove): StagedVersions {
  const isSystem = systemStages.includes(label)
  if (moveTo === undefined && (removeFrom === undefined || isSystem)) throw new KmsError('Rejected.InvalidRequest')
  for (const id of [moveTo, removeFrom]) {
    if (id !== undefined && !hasVersion(state, id)) throw resourceNotFound('secret version', id)
  }
  if (removeFrom !== undefined && state.stages[label] !== removeFrom) {
    throw new KmsError('Rejected.UnsupportedOperation', { message: 'secret stages in unnormal status' })
  }
  const stages = moveTo === undefined ? without(state.stages, label) : withStages(state.stages, moveTo, [label])
  return { versions: state.versions, stages }
}

function withStages(
  stages: StagedVersions['stages'],
  versionId: string,
  labels: readonly string[],
  most = maxStages,
): StagedVersions['stages'] {
  const current = stages[currentStage]
  const isSuperseded = labels.includes(currentStage) && current !== undefined && current !== versionId
  const moved = new Map(Object.entries(stages))
  if (isSuperseded) moved.set(previousStage, current)
  for (const label of labels) moved.set(label, versionId)
  if (moved.size > most) throw limitExceeded()
  // `Object.fromEntries` defines members, so that a label named `__proto__` is a label like any other.
  return Object.fromEntries(moved)
}

const without = (stages: StagedVersions['stages'], label: string): StagedVersions['stages'] =>
  Object.fromEntries(Object.entries(stages).filter(([name]) => name !== label))

/** Oldest first. */
const unlabelled = ({ versions, stages }: StagedVersions): string[] => {
  const labelled = new Set(Object.values(stages))
  return versions.map(({ id }) => id).filter((id) => !labelled.has(id))
}

const limitExceeded = () => new KmsError('Rejected.LimitExceeded', { message: 'exceed secret limits error' })
