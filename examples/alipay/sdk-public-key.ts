/** Creates a code for a life account, in public-key mode. The application's private key is held by the KMS. */
import { example, flags } from '../example.ts'
import { publicKeyFlags, withPublicKey } from './application.ts'
import { createPublicCode } from './qrcode.ts'

await example(async () => {
  await withPublicKey(flags(publicKeyFlags), createPublicCode)
})
