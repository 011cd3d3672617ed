import { createContext, useContext, type ComponentPropsWithoutRef } from 'react'

const InMain = createContext(false)

/** The page's one <main>; inside another one (the shell's) it draws a plain box. */
export function Landmark(props: ComponentPropsWithoutRef<'main'>) {
  if (useContext(InMain)) return <div {...props} />
  return (
    <InMain value>
      <main {...props} />
    </InMain>
  )
}
