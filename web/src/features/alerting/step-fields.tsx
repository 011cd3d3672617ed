import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { stepAfter, type StepDraft, type Targets } from './policy-draft'

const GROUPS = ['channel_ids', 'rotation_ids', 'user_ids'] as const satisfies Targets[]
const MOST = 10

interface Props {
  value: StepDraft[]
  onChange: (steps: StepDraft[]) => void
  names: Record<Targets, ReadonlyMap<string, string>>
  error?: string
}

/** The ladder: who is told at once, who after how long without an acknowledgement. */
export function StepFields({ value, onChange, names, error }: Props) {
  const { t } = useTranslation('alerting')
  const change = (at: number, changed: Partial<StepDraft>) => {
    onChange(value.map((each, index) => (index === at ? { ...each, ...changed } : each)))
  }
  const toggle = (at: number, group: Targets, id: string, on: boolean) => {
    const before = value[at]?.[group] ?? []
    change(at, { [group]: on ? [...before, id] : before.filter((each) => each !== id) })
  }
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium">{t('steps.title')}</legend>
      <p className="text-subtle">{t('steps.hint')}</p>
      {value.map((step, index) => (
        <fieldset key={index} className="grid gap-3 rounded-md border p-4">
          <legend className="sr-only">{t('steps.number', { number: index + 1 })}</legend>
          <div className="flex items-end justify-between gap-3">
            <Field label={t('steps.after', { number: index + 1 })} className="w-44">
              {(ids) => (
                <Input
                  {...ids}
                  type="number"
                  min={0}
                  step="any"
                  inputMode="decimal"
                  value={step.after_min ?? ''}
                  onChange={({ target }) => {
                    change(index, { after_min: target.value === '' ? null : Number(target.value) })
                  }}
                />
              )}
            </Field>
            {value.length > 1 && (
              <Button
                variant="ghost"
                size="icon"
                aria-label={t('steps.remove', { number: index + 1 })}
                onClick={() => {
                  onChange(value.filter((_, each) => each !== index))
                }}
              >
                <Trash2 aria-hidden />
              </Button>
            )}
          </div>
          {GROUPS.filter((group) => names[group].size > 0).map((group) => (
            <fieldset key={group} className="flex flex-wrap gap-x-5 gap-y-2">
              <legend className="mb-1 text-subtle">{t(`steps.${group}`)}</legend>
              {[...names[group]].map(([id, name]) => (
                <CheckField
                  key={id}
                  label={name}
                  checked={step[group].includes(id)}
                  onChange={({ target }) => {
                    toggle(index, group, id, target.checked)
                  }}
                />
              ))}
            </fieldset>
          ))}
          <CheckField
            label={t('steps.owners')}
            checked={step.owners}
            onChange={({ target }) => {
              change(index, { owners: target.checked })
            }}
          />
        </fieldset>
      ))}
      {error && <p className="text-down-fg">{error}</p>}
      {value.length < MOST && (
        <Button
          className="justify-self-start"
          onClick={() => {
            onChange([...value, stepAfter(value.at(-1))])
          }}
        >
          <Plus aria-hidden />
          {t('steps.add')}
        </Button>
      )}
    </fieldset>
  )
}
