/** `contract.pdf` → `contract-signed.pdf` */
export const signedName = (file: string): string => `${file.replace(/\.pdf$/i, '')}-signed.pdf`
