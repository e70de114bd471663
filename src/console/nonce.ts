/** What the policy of this page asks of style elements. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="keyhaven-nonce"]')?.content ?? ''

/**
 * Every style element that scripts of this page make bears the nonce. Some helpers of the component library (the lock of
 * the page under a dialog, the measuring of scroll bars) make theirs without; what comes as HTML still gets none.
 */
export function giveNonceToStyles(): void {
  const create = document.createElement.bind(document)
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }
}
