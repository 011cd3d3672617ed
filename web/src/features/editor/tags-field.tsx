import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { Controller, useFormContext } from 'react-hook-form'
import { tagsListOptions } from '@/client/@tanstack/react-query.gen'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { useWorkspace } from '@/lib/workspace'
import type { FormValues } from './model'
import { useTexts } from './use-texts'

const MOST = 20
const LONGEST = 40

/** The watcher's tags; those of the workspace are suggested. */
export function TagsField() {
  const { t } = useTexts()
  const { control } = useFormContext<FormValues>()
  return (
    <Controller
      control={control}
      name="tags"
      rules={{ validate: (tags) => (tags.length > MOST ? t('tagsTooMany') : undefined) }}
      render={({ field: { value, onChange }, fieldState: { error } }) => (
        <Tags tags={value} onChange={onChange} refused={error?.message} />
      )}
    />
  )
}

interface Props {
  tags: string[]
  onChange: (tags: string[]) => void
  refused: string | undefined
}

function Tags({ tags, onChange, refused }: Props) {
  const { t } = useTexts()
  const { id: workspace_id } = useWorkspace()
  const { data: known = [] } = useQuery(tagsListOptions({ path: { workspace_id } }))
  const [typed, setTyped] = useState('')
  const list = useId()
  const has = (tag: string) => tags.some((each) => each.toLowerCase() === tag.toLowerCase())
  const wrong = wrongTag(typed, t)
  const add = () => {
    const tag = typed.trim()
    if (tag === '' || wrong !== undefined) return
    if (!has(tag)) onChange([...tags, tag])
    setTyped('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      add()
    } else if (event.key === 'Backspace' && typed === '') {
      onChange(tags.slice(0, -1))
    }
  }
  return (
    <Field label={t('tags')} hint={t('tagsHint')} error={wrong ?? refused}>
      {(ids) => (
        <div className="grid gap-2">
          {tags.length > 0 && (
            <ul className="flex flex-wrap gap-1.5">
              {tags.map((tag) => (
                <li
                  key={tag}
                  className="flex max-w-full items-center gap-1 rounded-md border bg-sunken pl-2 text-fg"
                >
                  <span className="truncate">{tag}</span>
                  <Button
                    variant="ghost"
                    size="bare"
                    className="size-6 rounded-l-none"
                    aria-label={t('tagRemove', { tag })}
                    onClick={() => {
                      onChange(tags.filter((each) => each !== tag))
                    }}
                  >
                    <X aria-hidden />
                  </Button>
                </li>
              ))}
            </ul>
          )}
          <Input
            {...ids}
            list={list}
            value={typed}
            autoComplete="off"
            enterKeyHint="done"
            onKeyDown={onKeyDown}
            onBlur={add}
            onChange={({ target }) => {
              setTyped(target.value)
            }}
          />
          <datalist id={list}>
            {known
              .filter(({ name }) => !has(name))
              .map(({ name }) => (
                <option key={name} value={name} />
              ))}
          </datalist>
        </div>
      )}
    </Field>
  )
}

function wrongTag(typed: string, t: ReturnType<typeof useTexts>['t']): string | undefined {
  if (typed.includes('/')) return t('tagSlash')
  return typed.trim().length > LONGEST ? t('tagTooLong') : undefined
}
