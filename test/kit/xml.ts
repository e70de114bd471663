/** An element of XML as the RPC style writes it: elements or text, no attributes. */
type Element = readonly [name: string, content: readonly Element[] | string]

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#13;': '\r',
}
const unescaped = (text: string): string => text.replace(/&[^;]+;/g, (entity) => entities[entity] ?? entity)

/** What an answer in XML says, each text with its path, in the order of the document. @throws TypeError */
export function xmlLeaves(xml: string): { readonly root: string; readonly leaves: readonly string[] } {
  const [, root = '', body = ''] = /^<\?xml version="1\.0" encoding="UTF-8"\?><(\w+)>(.*)<\/\1>$/s.exec(xml) ?? []
  if (root === '') throw new TypeError(`no XML answer: ${xml.slice(0, 200)}`)
  return { root, leaves: leavesOf(contentOf(body), '') }
}

function contentOf(text: string): readonly Element[] | string {
  if (!text.startsWith('<')) return unescaped(text)
  const elements: Element[] = []
  for (let rest = text; rest !== ''; ) {
    const [, name = ''] = /^<([\w.]+)>/.exec(rest) ?? []
    const end = endOf(rest, name)
    elements.push([name, contentOf(rest.slice(name.length + 2, end))])
    rest = rest.slice(end + name.length + 3)
  }
  return elements
}

/** Where the end tag of the first element is; elements of its name may be inside it. */
function endOf(text: string, name: string): number {
  let depth = 0
  for (const { index, 0: tag } of text.matchAll(new RegExp(`</?${name}>`, 'g'))) {
    depth += tag.startsWith('</') ? -1 : 1
    if (depth === 0) return index
  }
  throw new TypeError(`<${name}> does not end`)
}

const leavesOf = (content: readonly Element[] | string, path: string): string[] =>
  typeof content === 'string'
    ? [`${path}=${content}`]
    : content.flatMap(([name, inner]) => leavesOf(inner, path === '' ? name : `${path}.${name}`))

/** The same of an answer in JSON. */
export function jsonLeaves(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${value}`]
  const leaves = Object.entries(value).flatMap(([name, member]) => {
    const inner = path === '' ? name : `${path}.${name}`
    return Array.isArray(member) ? member.flatMap((item) => jsonLeaves(item, inner)) : jsonLeaves(member, inner)
  })
  return leaves.length === 0 ? [`${path}=`] : leaves
}
