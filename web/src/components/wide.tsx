import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'

interface Props {
  /** What is in it: whoever does not see it is told so, and that it scrolls. */
  label: string
  className?: string
  children: ReactNode
}

/** What may be wider than its place: it scrolls, by keys too, and shadows say on which side there is more. */
export function Wide({ label, className, children }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const [scrolls, setScrolls] = useState(false)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const sized = new ResizeObserver(() => {
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight)
    })
    for (const each of [element, ...element.children]) sized.observe(each)
    return () => {
      sized.disconnect()
    }
  }, [])
  // No stop for the keyboard where there is nothing to scroll.
  const reachable = scrolls && { role: 'region', 'aria-label': t('scrolls', { what: label }), tabIndex: 0 }
  return (
    <div ref={box} className={cn('relative wide', className)} {...reachable}>
      {children}
    </div>
  )
}
