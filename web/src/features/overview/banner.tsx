import { useTranslation } from 'react-i18next'
import type { OverviewPublic } from '@/client/types.gen'
import { StateMark, type State } from '@/components/state-mark'
import { cn } from '@/lib/cn'
import { WORST_FIRST, worstOf } from '@/lib/overview'

const GROUND: Partial<Record<State, string>> = {
  down: 'border-down-solid/40 bg-down-bg',
  degraded: 'border-degraded-solid/40 bg-degraded-bg',
}

interface Props {
  counts: OverviewPublic['counts']
  chosen: readonly State[]
  onChoose: (state: State) => void
}

/** The whole workspace in a sentence, and how many are in which state: each narrows the list to it. */
export function Banner({ counts, chosen, onChoose }: Props) {
  const { t } = useTranslation('overview')
  const there = WORST_FIRST.filter((state) => (counts[state] ?? 0) > 0)
  const worst = worstOf(counts)
  return (
    <section
      aria-label={t('summary')}
      className={cn(
        'mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-lg border bg-surface px-4 py-3',
        GROUND[worst],
      )}
    >
      <p className="text-lg font-medium" aria-live="polite">
        {t(`headline.${worst}`, { count: counts[worst] ?? 0 })}
      </p>
      <div className="-mx-2 flex flex-wrap gap-x-1.5">
        {there.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={chosen.includes(state)}
            className="flex h-control items-center gap-1.5 rounded-md border border-transparent px-2 hover:bg-hover aria-pressed:border-control aria-pressed:bg-surface"
            onClick={() => {
              onChoose(state)
            }}
          >
            <StateMark state={state} />
            <span className="font-semibold tabular">{counts[state]}</span>
          </button>
        ))}
      </div>
    </section>
  )
}
