/** What a colour stands for. */
export interface Legend {
  readonly name: string
  readonly colour: string
}

const headHeight = 34
/** of a picture for one of the page: sharp when it is made larger */
const scale = 2

/** A drawing of the page as a picture of its own, with its name and what its colours mean above it. */
export async function asPng(svg: SVGSVGElement, name: string, legend: readonly Legend[]): Promise<Uint8Array> {
  const [width, height] = [svg.clientWidth, svg.clientHeight + headHeight]
  const image = await loaded(standalone(svg, width))
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = height * scale
  const context = canvas.getContext('2d')
  if (!context) throw new TypeError('this browser draws nothing')
  context.scale(scale, scale)
  context.fillStyle = behind(svg)
  context.fillRect(0, 0, width, height)
  drawHead(context, name, legend, getComputedStyle(svg))
  context.drawImage(image, 0, headHeight)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new TypeError('this browser makes no PNG')
  return new Uint8Array(await blob.arrayBuffer())
}

/** Outside of the page there is no style of the page. */
function standalone(svg: SVGSVGElement, width: number): string {
  const { color, fontFamily } = getComputedStyle(svg)
  const copy = svg.cloneNode(true) as SVGSVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('color', color)
  copy.setAttribute('font-family', fontFamily)
  copy.setAttribute('width', String(width))
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
}

async function loaded(url: string): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = url
  await image.decode()
  return image
}

/** The first ground below an element that is not clear. */
function behind(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at)
    if (!/^rgba\(.*, 0\)$/.test(backgroundColor) && backgroundColor !== 'transparent') return backgroundColor
  }
  return '#fff'
}

function drawHead(
  context: CanvasRenderingContext2D,
  name: string,
  legend: readonly Legend[],
  { color, fontFamily }: CSSStyleDeclaration,
): void {
  const [middle, gap] = [headHeight / 2, 8]
  context.textBaseline = 'middle'
  context.font = `600 14px ${fontFamily}`
  context.fillStyle = color
  context.fillText(name, gap, middle)
  let x = gap + context.measureText(name).width + 2 * gap
  context.font = `12px ${fontFamily}`
  for (const line of legend) {
    context.fillStyle = line.colour
    context.fillRect(x, middle - 2, 12, 4)
    context.fillStyle = color
    context.fillText(line.name, x + 16, middle)
    x += 16 + context.measureText(line.name).width + 2 * gap
  }
}
