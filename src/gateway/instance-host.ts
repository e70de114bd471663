import { type HttpRequest, header } from './http.ts'

const instanceLabel = /^(kst-[a-z0-9]{1,64})\./

/** The instance whose host a request names, `<instance id>.cryptoservice.kms.aliyuncs.com`; else undefined. */
export const instanceOfHost = (request: HttpRequest): string | undefined =>
  instanceLabel.exec(header(request, 'host')?.toLowerCase() ?? '')?.[1]
