import { createPublicKey, type KeyObject } from 'node:crypto'
import type { ClientKey } from '../../sdk/client-key.ts'
import {
  type InstanceHead,
  instanceHead,
  instanceRefusal,
  isSignedBy,
  MalformedMessage,
} from '../../server/http/instance-messages.ts'
import type { Answer, Call } from './call.ts'
import { instanceOperationOf, readInstanceCall, writeInstanceAnswer } from './instance-call.ts'

/** Whose calls of the instance gateway are taken: only the ClientKey that the first server is called with shows that. */
export interface InstanceCaller {
  readonly id: string
  readonly publicKey: KeyObject
}

export const instanceCaller = ({ id, privateKey }: ClientKey): InstanceCaller => ({
  id,
  publicKey: createPublicKey(privateKey),
})

export type InstanceRequest = Parameters<typeof instanceHead>[0]

interface Answering {
  readonly caller: InstanceCaller | undefined
  readonly requestId: string
  readonly answer: (call: Call) => Promise<Answer>
}

/** @returns undefined for what is no request of this gateway */
export function answerInstance(request: InstanceRequest, options: Answering) {
  const head = instanceHead(request)
  return head && answerHead(request, head, options)
}

async function answerHead(request: InstanceRequest, head: InstanceHead, { caller, requestId, answer }: Answering) {
  const refuse = (status: number, code: string, message: string) =>
    instanceRefusal(status, code, message, { requestId })
  if (caller === undefined)
    return refuse(
      400,
      'InvalidParameter',
      'keyhaven compare takes calls of the instance gateway with --client-key only',
    )
  if (head.clientKeyId !== caller.id || !isSignedBy(request, caller.publicKey))
    return refuse(403, 'SignatureNotMatch', 'keyhaven compare takes calls with the ClientKey of --client-key only')
  const operation = instanceOperationOf(head.name)
  if (operation === undefined) return refuse(400, 'InvalidApiName', `There is no operation ${head.name}.`)
  try {
    const answered = await answer(readInstanceCall(operation, request.body, head.keyVersionId))
    return writeInstanceAnswer(operation, answered, requestId)
  } catch (error) {
    if (error instanceof MalformedMessage) return refuse(400, 'InvalidParameter', error.message)
    return refuse(502, 'ServiceUnavailable', error instanceof Error ? error.message : '')
  }
}
