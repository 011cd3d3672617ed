import { useTranslation } from 'react-i18next'
import { Dialog } from '@/components/dialog'
import { Keys } from '@/components/kbd'
import { useCommandList } from '@/lib/commands'

/** The keys that work on this page. */
export function ShortcutsDialog({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { t } = useTranslation('shell')
  const commands = useCommandList().filter(({ keys }) => keys !== undefined)
  const rows = [{ id: 'menu', title: t('menu'), keys: 'Ctrl K', otherKey: undefined }, ...commands]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('shortcuts')}>
      <dl className="mt-4 grid divide-y">
        {rows.map(({ id, title, keys, otherKey }) => (
          <div key={id} className="flex items-center justify-between gap-4 py-2">
            <dt>{title}</dt>
            <dd className="flex gap-3">
              {keys && <Keys keys={keys} />}
              {otherKey && <Keys keys={otherKey} />}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
