import * as api from '../../../api/certificates.ts'
import { certificatePrivateKeyDecrypt } from '../../../core/certificates/certificate-private-key-decrypt.ts'
import { certificatePrivateKeySign } from '../../../core/certificates/certificate-private-key-sign.ts'
import { certificatePublicKeyEncrypt } from '../../../core/certificates/certificate-public-key-encrypt.ts'
import { certificatePublicKeyVerify } from '../../../core/certificates/certificate-public-key-verify.ts'
import { createCertificate } from '../../../core/certificates/create-certificate.ts'
import { deleteCertificate } from '../../../core/certificates/delete-certificate.ts'
import { describeCertificate } from '../../../core/certificates/describe-certificate.ts'
import { getCertificate } from '../../../core/certificates/get-certificate.ts'
import { updateCertificateStatus } from '../../../core/certificates/update-certificate-status.ts'
import { uploadCertificate } from '../../../core/certificates/upload-certificate.ts'
import { on } from '../pair.ts'

export const certificatesPairs = [
  on(api.CreateCertificate, createCertificate),
  on(api.UploadCertificate, uploadCertificate),
  on(api.GetCertificate, getCertificate),
  on(api.DescribeCertificate, describeCertificate),
  on(api.UpdateCertificateStatus, updateCertificateStatus),
  on(api.DeleteCertificate, deleteCertificate),
  on(api.CertificatePrivateKeySign, certificatePrivateKeySign),
  on(api.CertificatePublicKeyVerify, certificatePublicKeyVerify),
  on(api.CertificatePublicKeyEncrypt, certificatePublicKeyEncrypt),
  on(api.CertificatePrivateKeyDecrypt, certificatePrivateKeyDecrypt),
]
