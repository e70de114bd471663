/** How the value of an attribute is written into a name: RFC 5280 appendix A.1 for what isn't free to choose. */
export type ValueForm = 'utf8' | 'printable' | 'ia5'

export interface NameAttributeType {
  /** what it is called in text; the first is what is written */
  readonly names: readonly string[]
  readonly oid: string
  readonly form: ValueForm
  /** in characters: the upper bounds of RFC 5280 appendix A.1 */
  readonly maxLength: number
}

const attribute = (names: string, oid: string, maxLength: number, form: ValueForm = 'utf8'): NameAttributeType => ({
  names: names.split(' '),
  oid,
  form,
  maxLength,
})

const types: readonly NameAttributeType[] = [
  attribute('CN COMMONNAME', '2.5.4.3', 64),
  attribute('C COUNTRYNAME', '2.5.4.6', 2, 'printable'),
  attribute('ST S STATEORPROVINCENAME', '2.5.4.8', 128),
  attribute('L LOCALITYNAME', '2.5.4.7', 128),
  attribute('STREET STREETADDRESS', '2.5.4.9', 128),
  attribute('O ORGANIZATIONNAME', '2.5.4.10', 64),
  attribute('OU ORGANIZATIONALUNITNAME', '2.5.4.11', 64),
  attribute('E EMAIL EMAILADDRESS', '1.2.840.113549.1.9.1', 255, 'ia5'),
  attribute('T TITLE', '2.5.4.12', 64),
  attribute('SN SURNAME', '2.5.4.4', 64),
  attribute('GN GIVENNAME', '2.5.4.42', 64),
  attribute('SERIALNUMBER', '2.5.4.5', 64, 'printable'),
  attribute('DNQ DNQUALIFIER', '2.5.4.46', 64, 'printable'),
  attribute('ORGANIZATIONIDENTIFIER', '2.5.4.97', 128),
  attribute('UID USERID', '0.9.2342.19200300.100.1.1', 256),
  attribute('DC DOMAINCOMPONENT', '0.9.2342.19200300.100.1.25', 63, 'ia5'),
]
const byName = new Map(types.flatMap((type) => type.names.map((name) => [name, type] as const)))
const byOid = new Map(types.map((type) => [type.oid, type]))

/** A type by its name, whatever the case, or by its OID; undefined if it is neither. */
export function attributeTypeOf(name: string): NameAttributeType | undefined {
  const named = byName.get(name.toUpperCase()) ?? byOid.get(name)
  if (named !== undefined) return named
  return isOid(name) ? { names: [name], oid: name, form: 'utf8', maxLength: 256 } : undefined
}

/** What an attribute is called in text: its short name, or its OID if it has none. */
export const attributeNameOf = (oid: string): string => byOid.get(oid)?.names[0] ?? oid

/** A dotted OID that can be encoded: the first arc is at most 2, and below 2 the second at most 39. */
export const isOid = (text: string): boolean =>
  /^(?:[01]\.[123]?\d|2\.(?:0|[1-9]\d{0,8}))(?:\.(?:0|[1-9]\d{0,8}))+$/.test(text)
