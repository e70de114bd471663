import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

/** What a checkpoint says: after `size` records the tree of this origin had this root. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  /** 32 bytes */
  readonly root: Uint8Array
  /** lines that say more of this moment, each a word and an object in JSON */
  readonly extension?: readonly string[] | undefined
}

/** Signs checkpoints: a C2SP signed note with one Ed25519 signature, whose key is named like the origin. */
export interface CheckpointSigner {
  readonly origin: string
  sign(checkpoint: Checkpoint): string
  /** C2SP verifier key: `<name>+<key id>+<base64(0x01 ‖ public key)>` */
  readonly verifierKey: string
}

/** @param seed - 32 bytes, the Ed25519 private key (RFC 8032 §5.1.5) */
export function checkpointSigner(origin: string, seed: Uint8Array): CheckpointSigner {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length)
  const id = keyId(origin, publicKey)
  return {
    origin,
    verifierKey: `${origin}+${id.toString('hex')}+${Buffer.concat([ed25519, publicKey]).toString('base64')}`,
    sign(checkpoint) {
      const text = noteText(checkpoint)
      const signature = Buffer.concat([id, sign(null, Buffer.from(text), key)])
      return `${text}\n— ${origin} ${signature.toString('base64')}\n`
    },
  }
}

/** Checks checkpoints against a verifier key. */
export interface CheckpointVerifier {
  readonly origin: string
  /** @returns the checkpoint if the note is well formed and signed by this key, else `undefined` */
  open(note: string): Checkpoint | undefined
}

/** @throws TypeError when the text is not an Ed25519 verifier key */
export function checkpointVerifier(verifierKey: string): CheckpointVerifier {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey.trim())
  const [, origin = '', id, encoded = ''] = match ?? []
  const bytes = Buffer.from(encoded, 'base64')
  const raw = bytes.subarray(1)
  if (bytes[0] !== ed25519[0] || raw.length !== 32 || keyId(origin, raw).toString('hex') !== id)
    throw new TypeError('not an Ed25519 verifier key')
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' })
  return { origin, open: (note) => openNote(note, origin, keyId(origin, raw), key) }
}

/** Splits a file of notes, each closed by an empty line; a torn last note is left out. */
export function splitNotes(text: string): string[] {
  return text.match(/[^\n]+\n\d+\n[A-Za-z0-9+/]{43}=\n(?:[a-z-]+ \{[^\n]*\n)*\n(?:— \S+ [A-Za-z0-9+/=]{92,}\n)+/g) ?? []
}

function openNote(note: string, origin: string, id: Buffer, key: KeyObject): Checkpoint | undefined {
  const [text = '', signatures = ''] = note.split('\n\n')
  const [noteOrigin, size = '', root = '', ...extension] = text.split('\n')
  if (noteOrigin !== origin || !/^(0|[1-9]\d{0,14})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return undefined
  const signed = signatures.split('\n').some((line) => {
    const [mark, name, encoded = ''] = line.split(' ')
    const signature = Buffer.from(encoded, 'base64')
    if (mark !== '—' || name !== origin || signature.length !== 68 || !signature.subarray(0, 4).equals(id)) return false
    return verify(null, Buffer.from(`${text}\n`), key, signature.subarray(4))
  })
  return signed ? { origin, size: Number(size), root: Buffer.from(root, 'base64'), extension } : undefined
}

const noteText = ({ origin, size, root, extension = [] }: Checkpoint): string =>
  [origin, size, Buffer.from(root).toString('base64'), ...extension].map((line) => `${line}\n`).join('')

/** Signed note key id: first 4 bytes of SHA-256(name ‖ 0x0A ‖ algorithm ‖ public key). */
const keyId = (name: string, publicKey: Uint8Array): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ed25519, publicKey]), 'buffer').subarray(0, 4)

const ed25519 = Buffer.from([1])
/** RFC 8410 §7: PrivateKeyInfo and SubjectPublicKeyInfo of Ed25519 up to the 32 key bytes */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')
