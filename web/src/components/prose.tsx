import { cn } from '@/lib/cn'

interface Props {
  /** HTML that the server made of Markdown and sanitised (core/markdown.py): nothing else may come here. */
  html: string
  className?: string
}

/** What people wrote in Markdown. */
export function Prose({ html, className }: Props) {
  return <div className={cn('prose', className)} dangerouslySetInnerHTML={{ __html: html }} />
}
