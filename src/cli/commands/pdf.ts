import { Command } from 'commander'
import { pdfDemoCommand } from '../pdf/demo.ts'
import { pdfSignCommand } from '../pdf/sign.ts'
import { pdfVerifyCommand } from '../pdf/verify.ts'

/** `keyhaven pdf`: signatures in PDF documents. */
export const pdfCommand = (): Command =>
  new Command('pdf')
    .description('sign PDF documents with held keys, and verify them')
    .addCommand(pdfSignCommand())
    .addCommand(pdfVerifyCommand())
    .addCommand(pdfDemoCommand())
