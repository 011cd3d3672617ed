import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/lib/cn'
import type { Line } from './arrange'
import { COLUMNS, PLACE, WatcherRow } from './watcher-row'

const ROW = 44
const CARD = 56
const OVERSCAN = 8

interface Props {
  lines: Line[]
  slug: string
  /** The key of the line where the keyboard is. */
  active: string | null
  onActive: (key: string | null) => void
  selected: ReadonlySet<string>
  onSelect?: (id: string, extend: boolean) => void
  onSelectAll: () => void
}

/** The lines in sight, of however many: the page scrolls, the rest is only room. */
export function List({ lines, slug, active, onActive, selected, onSelect, onSelectAll }: Props) {
  const { t } = useTranslation('overview')
  const frame = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const wide = useWide()
  const height = wide ? ROW : CARD
  useEffect(() => {
    setTop((frame.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [lines.length, wide])
  const virtual = useWindowVirtualizer({
    count: lines.length,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => lines[index]?.key ?? index,
  })
  useEffect(() => {
    virtual.measure()
  }, [virtual, height])
  const scrollTo = useEffectEvent((key: string) => {
    const index = lines.findIndex((line) => line.key === key)
    if (index !== -1) virtual.scrollToIndex(index, { align: 'auto' })
  })
  const wanted = useRef<string | null>(null)
  useEffect(() => {
    wanted.current = active
    if (active !== null) scrollTo(active)
  }, [active])
  // A line far away is drawn a moment after it was scrolled to.
  useEffect(() => {
    if (wanted.current === null) return
    const line = frame.current?.querySelector(`li[data-key="${CSS.escape(wanted.current)}"]`)
    if (!line) return
    wanted.current = null
    if (!line.contains(document.activeElement)) line.querySelector('a')?.focus({ preventScroll: true })
  })
  const total = new Set(lines.flatMap((line) => (line.kind === 'watcher' ? [line.watcher.id] : []))).size
  return (
    <div ref={frame} className="overflow-hidden rounded-lg border bg-surface">
      <div className={`${COLUMNS} h-8 border-b bg-sunken px-3 text-xs text-subtle`}>
        {onSelect ? (
          <input
            type="checkbox"
            aria-label={t('selectAll')}
            checked={total > 0 && selected.size === total}
            className={cn(PLACE.select, 'size-4 accent-accent')}
            onChange={onSelectAll}
          />
        ) : (
          <span />
        )}
        <span className={cn(PLACE.state, 'max-sm:hidden')}>{t('state')}</span>
        <span className={PLACE.name}>{t('name')}</span>
        <span className={PLACE.last24h}>{t('last24h')}</span>
        <span className={cn(PLACE.last90d, 'max-sm:row-start-1')}>{t('last90d')}</span>
        <span className={PLACE.uptime}>{t('uptime')}</span>
        <span className={PLACE.latency}>{t('latency')}</span>
        <span className={PLACE.next}>{t('next')}</span>
      </div>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index]
          if (!line) return null
          return (
            <li
              key={key}
              data-key={line.key}
              aria-setsize={lines.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${String(start - top)}px)` }}
            >
              {line.kind === 'heading' ? (
                <h2 className="flex h-14 items-end gap-2 border-b px-3 pb-2 font-semibold xl:h-11">
                  {line.tag ?? t('untagged')}
                  <span className="font-normal text-subtle tabular">{line.count}</span>
                </h2>
              ) : (
                <WatcherRow
                  watcher={line.watcher}
                  slug={slug}
                  lineKey={line.key}
                  active={active === line.key}
                  onActive={onActive}
                  selected={selected.has(line.watcher.id)}
                  onSelect={onSelect}
                />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const WIDE = '(min-width: 80rem)'

/** Whether a row is one line of columns, or two lines high as on a phone. */
function useWide(): boolean {
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches)
  useEffect(() => {
    const query = matchMedia(WIDE)
    const changed = () => {
      setWide(query.matches)
    }
    query.addEventListener('change', changed)
    return () => {
      query.removeEventListener('change', changed)
    }
  }, [])
  return wide
}
