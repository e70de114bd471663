import type { ResponseOf } from '../../../api/operation.ts'
import type { DescribeSecret } from '../../../api/secrets.ts'

export type Secret = ResponseOf<typeof DescribeSecret>
