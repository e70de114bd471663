import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Builds the console into dist/console/: one page, and files whose names change with their content. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: join(import.meta.dirname, '../../dist/console'),
    emptyOutDir: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    license: { fileName: 'licenses.md' },
    manifest: 'manifest.json',
    // One file for what others have written: it changes with their versions only, so that browsers keep it.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/ }] } } },
  },
  // The server puts a fresh nonce in its place, in every answer.
  html: { cspNonce: '__KEYHAVEN_NONCE__' },
})
