/** The shield with a keyhole; says nothing, the name stands beside it. */
export function Logo({ size = 30 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b6e6e" />
      <path
        d="M16 5.5 25 9v7.2c0 5-3.7 8.7-9 10.300-5.300-1.600-9-5.300-9-10.300V9z"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="13.5" r="3" fill="#fff" />
      <path d="M14.900 15.500h2.200l.9 5h-4z" fill="#fff" />
    </svg>
  )
}
