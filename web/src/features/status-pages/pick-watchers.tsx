import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Dialog } from '@/components/dialog'
import { Field } from '@/components/field'
import { Input } from '@/components/input'

interface Props {
  left: WatcherPublic[]
  onOpenChange: (open: boolean) => void
  onPick: (picked: WatcherPublic[]) => void
}

/** Chooses watchers for a section, one or many at once. */
export function PickWatchers({ left, onOpenChange, onPick }: Props) {
  const { t } = useTranslation('statusPages')
  const { t: common } = useTranslation()
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const wanted = search.trim().toLowerCase()
  const found = left.filter(({ name, url }) => `${name} ${url}`.toLowerCase().includes(wanted))
  const all = found.length > 0 && found.every(({ id }) => chosen.has(id))
  const choose = (ids: string[], on: boolean) => {
    const next = new Set(chosen)
    for (const id of ids) {
      if (on) next.add(id)
      else next.delete(id)
    }
    setChosen(next)
  }
  return (
    <Dialog open onOpenChange={onOpenChange} title={t('pick.title')}>
      <div className="mt-4 grid gap-3">
        <Field label={t('pick.search')}>
          {(ids) => (
            <Input
              {...ids}
              type="search"
              value={search}
              onChange={({ target }) => {
                setSearch(target.value)
              }}
            />
          )}
        </Field>
        <div className="grid max-h-[40vh] gap-2 overflow-auto rounded-md border p-3">
          {found.length === 0 && <p className="text-subtle">{t('pick.none')}</p>}
          {found.length > 1 && (
            <CheckField
              className="border-b pb-2"
              label={t('pick.all', { count: found.length })}
              checked={all}
              onChange={({ target }) => {
                choose(
                  found.map(({ id }) => id),
                  target.checked,
                )
              }}
            />
          )}
          {found.map((watcher) => (
            <CheckField
              key={watcher.id}
              label={watcher.name}
              checked={chosen.has(watcher.id)}
              onChange={({ target }) => {
                choose([watcher.id], target.checked)
              }}
            />
          ))}
        </div>
        <div className="flex justify-end gap-2">
          <Button
            onClick={() => {
              onOpenChange(false)
            }}
          >
            {common('cancel')}
          </Button>
          <Button
            variant="primary"
            aria-disabled={chosen.size === 0}
            onClick={() => {
              if (chosen.size === 0) return
              onPick(left.filter(({ id }) => chosen.has(id)))
              onOpenChange(false)
            }}
          >
            {t('pick.do', { count: chosen.size })}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
