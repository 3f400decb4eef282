/** A keep: a tower that stands. */
export function Brand({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <path
        fill="currentColor"
        d="M6 4h4v3h4V4h4v3h4V4h4v8l-2 3v11a2 2 0 0 1-2 2h-3v-5a3 3 0 0 0-6 0v5h-3a2 2 0 0 1-2-2V15l-2-3z"
      />
    </svg>
  );
}
