import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

interface Props {
  title: string
  /** Beside the title, e.g. how many of them are set. */
  note?: string
  children: ReactNode
}

/** Settings most people need not see; a form's first error opens it (`focusFirstError`). */
export function Fold({ title, note, children }: Props) {
  return (
    <details className="group border-t">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-5 py-2 font-medium hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-subtle transition-transform duration-(--quick) group-open:rotate-90"
        />
        {title}
        {note && <span className="ml-auto text-xs font-normal text-subtle">{note}</span>}
      </summary>
      <div className="grid gap-5 px-5 pt-2 pb-5">{children}</div>
    </details>
  )
}

/** Shows and focuses the first field of a form that is wrong; says whether there is one. */
export function focusFirstError(form: HTMLElement): boolean {
  const wrong = form.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid=true]')
  const fold = wrong?.closest('details')
  if (fold) fold.open = true
  wrong?.focus()
  wrong?.scrollIntoView({ block: 'center' })
  return wrong !== null
}
