import type { Parameters } from './parameters.ts'

/** The text that an app hands to Alipay's own SDK: every parameter, percent-encoded. */
export const orderString = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')

/** An address to send the payer to. */
export const pageAddress = (address: URL, form: Parameters): string =>
  Object.keys(form).length === 0 ? address.href : `${address.href}&${orderString(form)}`

/** A page fragment whose form submits itself as soon as a browser shows it. */
export function pageForm(address: URL, form: Parameters): string {
  const fields = Object.entries(form).map(
    ([name, value]) => `<input type="hidden" name="${attribute(name)}" value="${attribute(value)}">`,
  )
  const opening = `<form action="${attribute(address.href)}" method="post" accept-charset="utf-8" id="alipay-submit">`
  const script = '<script>document.getElementById("alipay-submit").submit()</script>'
  return [opening, ...fields, '</form>', script].join('\n')
}

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
