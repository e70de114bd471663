/** A certificate request for a held key: RSA, EC or SM2. The private key never leaves the service. */
import { writeFile } from 'node:fs/promises'
import { Client } from '../../src/sdk/index.ts'
import { createCertificateRequest, heldKey, parseCertificateRequest } from '../../src/signing/index.ts'
import { check, example, flags, isSame } from '../example.ts'
import { type KeyWanted, withKey } from '../keys.ts'
import { publicGateway } from '../settings.ts'

const kinds: Readonly<Record<string, { readonly keySpec: KeyWanted['keySpec']; readonly subject: string }>> = {
  rsa: { keySpec: 'RSA_2048', subject: 'CN=Test Certificate Request,O=ali,C=CN' },
  ec: { keySpec: 'EC_P256', subject: 'CN=Test Certificate Request,O=Aliyun KMS,C=CN' },
  sm2: { keySpec: 'EC_SM2', subject: 'CN=example.com,C=CN,ST=zj,L=hz,O=aliyun,OU=KMS' },
}

await example(async () => {
  const given = flags({ kind: 'rsa', key: '', subject: '', san: 'test.com', out: 'test.csr' })
  const kind = kinds[given.kind]
  check(kind !== undefined, `--kind is one of ${Object.keys(kinds).join(', ')}`)
  await using client = new Client(publicGateway())
  await withKey(client, { given: given.key, keySpec: kind.keySpec, keyUsage: 'SIGN/VERIFY' }, async (keyId) => {
    const key = await heldKey(client, { keyId })
    const subject = given.subject || kind.subject
    const request = await createCertificateRequest(key, { subject, alternativeNames: [given.san] })
    // Reading it verifies its signature, too.
    const { publicKey } = parseCertificateRequest(request)
    check(publicKey !== undefined && isSame(publicKey.spki, key.publicKey.spki), 'the request is for the held key')
    await writeFile(given.out, request)
    console.log(`${kind.keySpec}: a request for ${subject} in ${given.out}`)
  })
})
