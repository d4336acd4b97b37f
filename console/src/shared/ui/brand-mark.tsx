/** The seal: an enclosure with a mouth, what is kept in it, and one customer at its heart. */
export function BrandMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" fill="var(--seal)" />
      <g fill="none" stroke="#fff" strokeLinecap="round" strokeWidth="2.6">
        <path d="M10.6 7.4a10.2 10.2 0 1 0 10.8 0" />
        <path d="M12.3 12.2a5.4 5.4 0 1 0 7.4 0" opacity=".72" />
      </g>
      <circle cx="16" cy="16" r="2" fill="#fff" />
    </svg>
  );
}
