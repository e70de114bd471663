import { Command } from 'commander'
import { pdfSignCommand } from '../pdf/sign.ts'

/** `keyhaven pdf`: signatures in PDF documents. */
export const pdfCommand = (): Command =>
  new Command('pdf').description('sign PDF documents with held keys, and verify them').addCommand(pdfSignCommand())
