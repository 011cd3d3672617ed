import { createFileRoute } from '@tanstack/react-router'
import { AlertsFrame } from '@/features/alerting/alerts-frame'
import { Backtest } from '@/features/backtest/backtest'
import { parseBacktestSearch } from '@/features/backtest/search'

export const Route = createFileRoute('/_app/w/$workspace/alerts/backtest')({
  validateSearch: parseBacktestSearch,
  component: BacktestPage,
})

function BacktestPage() {
  const { watcher } = Route.useSearch()
  return (
    <AlertsFrame part="backtest">
      <Backtest key={watcher} watcherId={watcher} />
    </AlertsFrame>
  )
}
