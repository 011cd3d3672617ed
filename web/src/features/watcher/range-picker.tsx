import { Link } from '@tanstack/react-router'
import { ZoomOut } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { cn } from '@/lib/cn'
import { DEFAULT_RANGE, RANGES, type WatcherSearch } from './search'
import { useSearchSetter } from './use-search-setter'

/** How far back the page looks; and out of a period again. */
export function RangePicker({ search }: { search: WatcherSearch }) {
  const { t } = useTranslation('watcher')
  const setSearch = useSearchSetter()
  const zoomed = search.from !== undefined
  const chosen = zoomed ? null : (search.range ?? DEFAULT_RANGE)
  return (
    <>
      {zoomed && (
        <Button
          onClick={() => {
            setSearch({ from: undefined, to: undefined })
          }}
        >
          <ZoomOut aria-hidden />
          {t('range.reset')}
        </Button>
      )}
      <nav
        aria-label={t('range.title')}
        className="flex h-control rounded-md border border-control/60 bg-surface p-0.5"
      >
        {RANGES.map((range) => (
          <Link
            key={range}
            from="/w/$workspace/watchers/$watcherId/"
            to="."
            resetScroll={false}
            search={(before) => ({
              ...before,
              range: range === DEFAULT_RANGE ? undefined : range,
              from: undefined,
              to: undefined,
            })}
            aria-current={range === chosen ? 'true' : undefined}
            aria-label={t(`range.long.${range}`)}
            className={cn(
              'flex items-center rounded-sm px-2 text-xs font-medium tabular',
              range === chosen ? 'bg-accent-bg text-accent-text' : 'text-muted hover:bg-hover hover:text-fg',
            )}
          >
            {t(`range.short.${range}`)}
          </Link>
        ))}
      </nav>
    </>
  )
}
