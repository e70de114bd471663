import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const known = join(import.meta.dirname, '../console/pictures')
const lately = join(import.meta.dirname, '../../.cache/console')
const renews = process.env.KEYHAVEN_PICTURES === 'renew'

/** A picture is kept at a quarter of its size, and compared in so many fields, each of one grey. */
const scale = 4
const fields = { across: 80, down: 50 }
/** Ids, times and counts differ from run to run, and machines smooth letters differently; what is broken differs in more. */
const tolerance = { grey: 12, share: 0.03 }

/**
 * Compares what a page looks like with how it is known to look. `KEYHAVEN_PICTURES=renew` takes what is there for how it
 * is to look, from then on: look at the files before they are committed.
 *
 * @returns what is wrong; nothing when it looks as it did
 */
export async function pictureFault(page: Page, name: string): Promise<string | undefined> {
  const taken = await reduced(page, await page.screenshot())
  const file = join(known, `${name}.png`)
  if (renews) {
    mkdirSync(known, { recursive: true })
    writeFileSync(file, taken)
    return undefined
  }
  if (!existsSync(file)) return `${name} has no picture to be compared with`
  const [now, before] = [await greys(page, taken), await greys(page, readFileSync(file))]
  const differing = now.filter((grey, index) => Math.abs(grey - (before[index] ?? 255)) > tolerance.grey).length
  if (differing <= tolerance.share * now.length) return undefined
  const path = join(lately, `${name}.png`)
  mkdirSync(lately, { recursive: true })
  writeFileSync(path, taken)
  return `${name} differs from its picture in ${differing} of ${now.length} fields: it is ${path}, and was ${file}`
}

const dataUrl = (png: Buffer): string => JSON.stringify(`data:image/png;base64,${png.toString('base64')}`)

/** Draws the picture into a canvas of `width` and `height`, which are terms of its own, and does `then` with it. */
const drawn = (png: Buffer, width: string, height: string, then: string): string => `(async () => {
  const image = new Image()
  image.src = ${dataUrl(png)}
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = ${width}
  canvas.height = ${height}
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return ${then}
})()`

async function reduced(page: Page, png: Buffer): Promise<Buffer> {
  const [width, height] = [`image.width / ${scale}`, `image.height / ${scale}`]
  const url = await page.evaluate<string>(drawn(png, width, height, `canvas.toDataURL('image/png')`))
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}

async function greys(page: Page, png: Buffer): Promise<readonly number[]> {
  const pixels = `[...context.getImageData(0, 0, canvas.width, canvas.height).data]`
  const data = await page.evaluate<number[]>(drawn(png, String(fields.across), String(fields.down), pixels))
  return Array.from({ length: data.length / 4 }, (_, index) =>
    data.slice(4 * index, 4 * index + 3).reduce((sum, part) => sum + part / 3, 0),
  )
}
