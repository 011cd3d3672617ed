/** What is printed on keys whose names are words. */
const PRINTED: Partial<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑' }

/** Keys to press: `g o` is one after the other. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex gap-1">
      {keys.split(' ').map((key) => (
        <kbd
          key={key}
          className="min-w-5 rounded-sm border bg-sunken px-1 text-center font-sans text-xs text-muted"
        >
          {PRINTED[key] ?? key}
        </kbd>
      ))}
    </span>
  )
}
