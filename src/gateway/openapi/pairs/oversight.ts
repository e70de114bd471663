import * as api from '../../../api/oversight.ts'
import { getMetricsHistory } from '../../../core/oversight/get-metrics-history.ts'
import { getServiceStatus } from '../../../core/oversight/get-service-status.ts'
import { listEvents } from '../../../core/oversight/list-events.ts'
import { queryAuditRecords } from '../../../core/oversight/query-audit-records.ts'
import { simulateAccess } from '../../../core/oversight/simulate-access.ts'
import { verifyAudit } from '../../../core/oversight/verify-audit.ts'
import { on } from '../pair.ts'

export const oversightPairs = [
  on(api.GetServiceStatus, getServiceStatus),
  on(api.QueryAuditRecords, queryAuditRecords),
  on(api.VerifyAudit, verifyAudit),
  on(api.SimulateAccess, simulateAccess),
  on(api.GetMetricsHistory, getMetricsHistory),
  on(api.ListEvents, listEvents),
]
