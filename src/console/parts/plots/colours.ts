/** Colours of plots: each stands out from the ground of either theme by 3 to 1 (WCAG 2.2, 1.4.11), and from the others. */
export const plotColours = { teal: '#2a9d9d', orange: '#c9661f', violet: '#8a6fd1', red: '#d4434f' } as const
