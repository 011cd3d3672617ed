import type { ReactNode } from 'react'
import { ErrorView } from '@/components/error-view'
import { Skeleton } from '@/components/skeleton'

interface Props<Item> {
  query: { data: Item[] | undefined; error: Error | null; refetch: () => unknown }
  label: string
  empty: ReactNode
  children: (item: Item) => ReactNode
}

/** A list in a card, and what stands in its place while it loads, fails or is empty; `children` draws an <li>. */
export function Listing<Item>({ query: { data, error, refetch }, label, empty, children }: Props<Item>) {
  if (data?.length === 0) return empty
  if (data) {
    return (
      <ul aria-label={label} className="divide-y rounded-lg border bg-surface shadow-sm">
        {data.map(children)}
      </ul>
    )
  }
  if (error) return <ErrorView error={error} onRetry={() => void refetch()} />
  return (
    <div className="grid gap-px overflow-hidden rounded-lg border">
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} className="h-16 rounded-none" />
      ))}
    </div>
  )
}
