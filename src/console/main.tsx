import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './console.css'
import { giveNonceToStyles } from './nonce.ts'

giveNonceToStyles()
const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
