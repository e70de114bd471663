/** The AccessKey of the account that `keyhaven init` has printed. @throws Error when there is none in it */
export function printedAccessKey(text: string): { readonly accessKeyId: string; readonly accessKeySecret: string } {
  const [, accessKeyId, accessKeySecret] = /AccessKeyId +(\S+)\s+AccessKeySecret +(\S+)/.exec(text) ?? []
  if (accessKeyId === undefined || accessKeySecret === undefined) throw new Error(`no AccessKey in: ${text}`)
  return { accessKeyId, accessKeySecret }
}

/** Where a server that has printed this answers with TLS. @throws Error when it does not say */
export function printedEndpoint(text: string): string {
  const [, endpoint] = /(https:\/\/\S+?),/.exec(text) ?? []
  if (endpoint === undefined) throw new Error(`no address in: ${text}`)
  return endpoint
}
