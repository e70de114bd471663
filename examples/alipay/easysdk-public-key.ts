/** Creates a code for a mini program, in public-key mode. The application's private key is held by the KMS. */
import { example, flags } from '../example.ts'
import { publicKeyFlags, withPublicKey } from './application.ts'
import { createAppCode } from './qrcode.ts'

await example(async () => {
  await withPublicKey(flags(publicKeyFlags), createAppCode)
})
