/** What an instance may hold and serve, as GetKmsInstance and GetKmsInstanceQuotaInfos show it. */
export const instanceLimits = {
  keys: 100_000,
  secrets: 100_000,
  /** calls a second that it is meant for; nothing is refused beyond it */
  callsPerSecond: 2000,
  virtualNetworks: 50,
} as const
