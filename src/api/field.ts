/**
 * The vocabulary in which operations are written down: what a field is, how it travels, what it may hold.
 * Everything here is data. The gateway decodes by it, the SDK encodes by it, the CLI and the reference pages are
 * derived from it, and TypeScript derives the types of operations from it.
 */

/** How a value looks in code, and by that how it travels over the RPC gateway. */
export type Kind =
  /** text, as it is */
  | 'string'
  /** bytes in code, standard Base64 on the RPC wire */
  | 'bytes'
  /** whole number, decimal text on the wire */
  | 'integer'
  /** `true`/`false` in any letter case on the wire */
  | 'boolean'
  /** object of text values, JSON text on the wire */
  | 'stringMap'
  /** structured value (`item`), JSON text on the wire */
  | 'json'
  /** list: `Name.1`, `Name.2` or `Name.1.Field` in requests, an array in responses */
  | 'list'
  /** nested object; in responses only, or as the item of a list or JSON value */
  | 'object'

export interface Limits {
  /** text: characters (UTF-16 units); bytes: decoded bytes; list, json list: items */
  readonly minLength?: number
  readonly maxLength?: number
  /** text: must match as a whole */
  readonly pattern?: RegExp
  /** text: the closed set of values */
  readonly values?: readonly string[]
  /** text: the values that there are so far; others are taken, too */
  readonly known?: readonly string[]
  /** integer bounds, inclusive */
  readonly minimum?: number
  readonly maximum?: number
  /** never shown in a log, audit record or error */
  readonly sensitive?: boolean
}

/** One field. `Value` and `Mode` exist for the types only. */
export interface Field<Value = unknown, Mode extends Presence = Presence> extends Limits {
  readonly kind: Kind
  readonly presence: Mode
  readonly doc: string
  readonly default?: Value
  /** of a list or JSON value */
  readonly item?: Field
  /** of an object, by wire name */
  readonly fields?: Fields
  /** of a parameter that the service has and this server has not: why a request with it is refused */
  readonly refused?: string
  readonly type?: Value
}

export type Presence = 'required' | 'optional' | 'default'
export type Fields = Readonly<Record<string, Field>>

type Required<Value> = Field<Value, 'required'>

const field = <Value>(kind: Kind, doc: string, more: object = {}): Required<Value> => ({
  kind,
  presence: 'required',
  doc,
  ...more,
})

export const string = (doc: string, limits: Limits = {}): Required<string> => field('string', doc, limits)
/** Text out of a closed set. */
export const oneOf = <const Values extends readonly string[]>(doc: string, values: Values): Required<Values[number]> =>
  field('string', doc, { values })
/** Text of which some values are known; another server, or a later one, may have more. */
export const known = (doc: string, values: readonly string[], limits: Limits = {}): Required<string> =>
  field('string', doc, { ...limits, known: values })
export const bytes = (doc: string, limits: Limits = {}): Required<Uint8Array> => field('bytes', doc, limits)
export const integer = (doc: string, limits: Limits = {}): Required<number> => field('integer', doc, limits)
export const boolean = (doc: string): Required<boolean> => field('boolean', doc)
export const stringMap = (doc: string, limits: Limits = {}): Required<Readonly<Record<string, string>>> =>
  field('stringMap', doc, limits)
export const json = <Item extends Field>(doc: string, item: Item): Required<ValueOf<Item>> =>
  field('json', doc, { item })
export const list = <Item extends Field>(
  doc: string,
  item: Item,
  limits: Limits = {},
): Required<readonly ValueOf<Item>[]> => field('list', doc, { item, ...limits })
export const object = <const Nested extends Fields>(doc: string, fields: Nested): Required<Values<Nested>> =>
  field('object', doc, { fields })

/** May be left out; then `undefined` in code. */
export const optional = <Value>(inner: Required<Value>): Field<Value, 'optional'> => ({
  ...inner,
  presence: 'optional',
})
/** May be left out; then `value` in the operation's code. */
export const withDefault = <Value>(inner: Required<Value>, value: Value): Field<Value, 'default'> => ({
  ...inner,
  presence: 'default',
  default: value,
})

/**
 * A parameter of the service that is not served here and changes what a call does, shows or permits: a request with it
 * is refused. Passed over in silence, it would be answered with more than was asked for.
 */
export const refused = <Value>(inner: Required<Value>, why: string): Field<Value, 'optional'> => ({
  ...optional(inner),
  refused: why,
})

export type ValueOf<F> = F extends Field<infer Value> ? Value : never

type Optionals<F extends Fields, Mode extends Presence> = {
  [K in keyof F]: F[K]['presence'] extends Mode ? K : never
}[keyof F]
type Shape<F extends Fields, Absent extends Presence> = {
  readonly [K in Exclude<keyof F, Optionals<F, Absent>> & string as Uncapitalize<K>]: ValueOf<F[K]>
} & {
  readonly [K in Optionals<F, Absent> & string as Uncapitalize<K>]?: ValueOf<F[K]> | undefined
}
/** Lets an editor show the fields instead of the derivation. */
type Plain<T> = { [K in keyof T]: T[K] }
/** An object as code sees it: wire names with a small first letter, defaults filled in. */
export type Values<F extends Fields> = Plain<Shape<F, 'optional'>>
/** An object as a caller may write it: fields with a default may be left out. */
export type CallerValues<F extends Fields> = Plain<Shape<F, 'optional' | 'default'>>

/** Wire name → name in code. The rule is mechanical; `Uncapitalize` is its type. */
export const codeName = (wireName: string): string => wireName.charAt(0).toLowerCase() + wireName.slice(1)
