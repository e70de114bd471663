import { CopyButton } from './copy-button.tsx'

/** A command that does the same as the page. */
export function CliLine({ command }: { readonly command: string }) {
  return (
    <div className="cli-line">
      <code className="mono">{command}</code>
      <CopyButton text={command} />
    </div>
  )
}
