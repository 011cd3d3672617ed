import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import type { WatcherPublic } from '@/client/types.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { changeSection, type Section } from './arrange'
import { ComponentRow } from './component-row'
import type { Draft } from './draft'
import { PickWatchers } from './pick-watchers'
import { moves, type useArranging } from './use-arranging'

interface Props {
  section: Section
  at: number
  arranging: ReturnType<typeof useArranging>
  watchers: WatcherPublic[]
  /** Those that are not on the page yet. */
  left: WatcherPublic[]
}

/** A section: its heading, and what stands under it. */
export function SectionCard({ section, at, arranging, watchers, left }: Props) {
  const { t } = useTranslation('statusPages')
  const { t: common } = useTranslation()
  const { formState } = useFormContext<Draft>()
  const { sections, set, moveWhole } = arranging
  const [picking, setPicking] = useState(false)
  const errors = formState.errors.sections?.[at]
  const number = at + 1
  const remove = () => {
    set(sections.toSpliced(at, 1))
    if (section.components.length > 0) {
      toast(t('sections.removed'), {
        action: {
          label: common('undo'),
          onClick: () => {
            set(sections)
          },
        },
      })
    }
  }
  return (
    <section aria-label={t('sections.number', { number })} className="rounded-md border bg-bg p-3">
      <div className="flex items-start gap-1">
        <Field
          label={t('sections.name', { number })}
          hint={t('sections.nameHint')}
          error={errors?.name?.message}
          className="min-w-0 flex-1"
        >
          {(ids) => (
            <Input
              {...ids}
              value={section.name}
              maxLength={100}
              autoComplete="off"
              onChange={({ target }) => {
                set(changeSection(sections, at, { name: target.value }))
              }}
            />
          )}
        </Field>
        <span className="mt-[1.625rem] flex">
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('sections.up', { number })}
            aria-disabled={at === 0}
            {...moves(section.uid, -1)}
            onClick={() => {
              moveWhole(at, -1)
            }}
          >
            <ArrowUp aria-hidden />
          </Button>
          <Button
            variant="ghost"
            size="icon"
            aria-label={t('sections.down', { number })}
            aria-disabled={at === sections.length - 1}
            {...moves(section.uid, 1)}
            onClick={() => {
              moveWhole(at, 1)
            }}
          >
            <ArrowDown aria-hidden />
          </Button>
          <Button variant="ghost" size="icon" aria-label={t('sections.remove', { number })} onClick={remove}>
            <Trash2 aria-hidden />
          </Button>
        </span>
      </div>
      {section.components.length === 0 ? (
        <p className="my-3 text-subtle">{t('sections.empty')}</p>
      ) : (
        <ul className="my-3 grid gap-1.5">
          {section.components.map((component, place) => (
            <ComponentRow
              key={component.watcher_id}
              component={component}
              watcher={watchers.find(({ id }) => id === component.watcher_id)}
              first={at === 0 && place === 0}
              last={at === sections.length - 1 && place === section.components.length - 1}
              error={
                errors?.components?.[place]?.name?.message ?? errors?.components?.[place]?.watcher_id?.message
              }
              onMove={(by, through) => {
                arranging.moveShown(at, place, by, through)
              }}
              onName={(name) => {
                const components = section.components.with(place, { ...component, name })
                set(changeSection(sections, at, { components }))
              }}
              onRemove={() => {
                set(changeSection(sections, at, { components: section.components.toSpliced(place, 1) }))
              }}
            />
          ))}
        </ul>
      )}
      <Button
        aria-disabled={left.length === 0}
        onClick={() => {
          if (left.length > 0) setPicking(true)
        }}
      >
        <Plus aria-hidden />
        {left.length > 0 ? t('sections.pick') : t('sections.allThere')}
      </Button>
      {picking && (
        <PickWatchers
          left={left}
          onOpenChange={setPicking}
          onPick={(picked) => {
            const added = picked.map(({ id, name }) => ({ watcher_id: id, name }))
            set(changeSection(sections, at, { components: [...section.components, ...added] }))
          }}
        />
      )}
    </section>
  )
}
