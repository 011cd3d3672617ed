import { useEffect, useRef } from 'react'
import { cn } from '@/lib/cn'

interface Props {
  /** HTML that the server made of Markdown and sanitised (core/markdown.py): nothing else may come here. */
  html: string
  className?: string
}

/** What people wrote in Markdown. */
export function Prose({ html, className }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const sized = new ResizeObserver(() => {
      // Wide ones scroll by themselves: keys have to get there.
      for (const each of element.querySelectorAll<HTMLElement>('pre, table'))
        if (each.scrollWidth > each.clientWidth) each.tabIndex = 0
    })
    sized.observe(element)
    return () => {
      sized.disconnect()
    }
  }, [html])
  return <div ref={box} className={cn('prose', className)} dangerouslySetInnerHTML={{ __html: html }} />
}
