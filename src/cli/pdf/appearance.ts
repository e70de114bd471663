import type { Command } from 'commander'
import type { PdfAppearanceOptions } from '../../signing/pdf/options.ts'
import type { Context } from '../context.ts'
import { CliError } from '../failure.ts'
import { readFile } from './read-file.ts'

export interface AppearanceFlags {
  readonly visible?: boolean
  readonly page?: number
  readonly position?: Pick<PdfAppearanceOptions, 'x' | 'y' | 'width' | 'height'>
  readonly text?: string
  readonly image?: string
}

export const addAppearanceOptions = (command: Command): Command =>
  command
    .option('--visible', 'show the signature on a page; so does any option below')
    .option('--page <number>', 'from 1, or last; 1 unless given', pageNumber)
    .option('--position <x,y,width,height>', 'points from the lower left corner; 36,36,220,60 unless given', position)
    .option('--text <text>', 'instead of name, time, reason and location; \\n begins a line, empty for none')
    .option('--image <file>', 'PNG or JPEG, such as a seal')

/** undefined for a signature that isn't shown */
export async function appearanceOf(
  context: Context,
  { visible, page, position: place, text, image }: AppearanceFlags,
): Promise<PdfAppearanceOptions | undefined> {
  const isShown = visible === true || [page, place, text, image].some((value) => value !== undefined)
  if (!isShown) return undefined
  return {
    page,
    ...(place ?? { x: 36, y: 36, width: 220, height: 60 }),
    text: text?.replaceAll('\\n', '\n'),
    image: image === undefined ? undefined : await readFile(context, image),
  }
}

function pageNumber(text: string): number {
  if (text === 'last') return -1
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new CliError('usage', `"${text}" is no number of a page`)
  return Number(text)
}

function position(text: string): AppearanceFlags['position'] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [x = 0, y = 0, width = 0, height = 0] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || width <= 0 || height <= 0)
    throw new CliError('usage', `"${text}" is not of the form X,Y,WIDTH,HEIGHT, in points`)
  return { x, y, width, height }
}
