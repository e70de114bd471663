/** Creates a code for a mini program, in certificate mode. The application's private key is held by the KMS. */
import { example, flags } from '../example.ts'
import { certificateFlags, withCertificates } from './application.ts'
import { createAppCode } from './qrcode.ts'

await example(async () => {
  await withCertificates(flags(certificateFlags), createAppCode)
})
