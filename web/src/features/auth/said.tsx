import type { ReactNode } from 'react'

interface Props {
  title: string
  text: string
  /** What to do next. */
  children?: ReactNode
}

const focus = (heading: HTMLElement | null) => {
  heading?.focus()
}

/** What became of something, in place of the form that asked for it: read out at once. */
export function Said({ title, text, children }: Props) {
  return (
    <>
      <title>{`${title} · healther`}</title>
      <h1 ref={focus} tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
        {title}
      </h1>
      <p className="mt-1 wrap-anywhere text-muted">{text}</p>
      {children && <div className="mt-5 grid justify-items-start gap-3">{children}</div>}
    </>
  )
}
