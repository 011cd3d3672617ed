import type { ReactNode } from 'react'

/** Names and values, one a line. */
export function Facts({ facts }: { facts: (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-3">
          <dt className="text-subtle">{name}</dt>
          <dd className="break-words tabular">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
