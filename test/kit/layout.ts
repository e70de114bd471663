import type { Page } from 'playwright-core'

/**
 * What is laid out wrong whatever the fonts: a page wider than its window, controls that lie on one another or beyond the
 * edge, words that are cut off, two fields of one id, of which a label finds only the first.
 */
export async function layoutFaults(page: Page): Promise<readonly string[]> {
  return await page.evaluate<string[]>(`(${inPage})()`)
}

const inPage = `() => {
  const dialogs = [...document.querySelectorAll('[role="dialog"]')].filter((dialog) => dialog.checkVisibility())
  const scope = dialogs.at(-1) ?? document.body
  const width = document.documentElement.clientWidth
  const named = (element) =>
    element.tagName.toLowerCase() + ' "' + (element.getAttribute('aria-label') ?? element.innerText ?? element.id).slice(0, 40) + '"'
  // What of it can be seen: tabs that do not fit are cut off, and gone to by the menu beside them.
  const boxOf = (element) => {
    let { left, right, top, bottom } = element.getBoundingClientRect()
    for (let around = element.parentElement; around !== null && around !== document.body; around = around.parentElement) {
      if (!/hidden|clip/.test(getComputedStyle(around).overflowX)) continue
      const edge = around.getBoundingClientRect()
      left = Math.max(left, edge.left)
      right = Math.min(right, edge.right)
    }
    return { left, right, top, bottom, width: right - left, height: bottom - top }
  }
  const scrolls = (element) =>
    element !== null && element !== document.body &&
    (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
  const seen = [...scope.querySelectorAll('button, a[href], input, textarea, [role="tab"], h1, h2')].filter(
    (element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      boxOf(element).width > 1 && boxOf(element).height > 1 && boxOf(element).right > 0 &&
      element.closest('[aria-hidden="true"], .skip') === null,
  )
  const faults = []
  const wide = document.documentElement.scrollWidth
  if (wide > width) faults.push('the page is ' + wide + ' wide in a window of ' + width)
  for (const element of seen) {
    const { left, right } = boxOf(element)
    if ((left < -1 || right > width + 1) && !scrolls(element.parentElement)) faults.push(named(element) + ' lies beyond the edge')
    if (/^(BUTTON|H1|H2)$/.test(element.tagName) && element.scrollWidth > element.clientWidth + 2)
      faults.push(named(element) + ' is cut off')
  }
  seen.forEach((one, index) => {
    for (const other of seen.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue
      const [a, b] = [boxOf(one), boxOf(other)]
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (across > 2 && down > 2) faults.push(named(one) + ' and ' + named(other) + ' lie on one another')
    }
  })
  const ids = [...document.querySelectorAll('input[id], textarea[id]')].map(({ id }) => id)
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) faults.push('two fields are called ' + id)
  return faults
}`
