import { useTranslation } from 'react-i18next'
import { CheckField } from '@/components/check-field'
import { StepsField } from '@/components/steps-field'
import { stepAfter, type StepDraft, type Targets } from './policy-draft'

const GROUPS = ['channel_ids', 'rotation_ids', 'user_ids'] as const satisfies Targets[]
const LAST = 10

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
  return (
    <StepsField
      legend={t('steps.title')}
      hint={t('steps.hint')}
      minutes={value.map(({ after_min }) => after_min)}
      last={LAST}
      words={{
        number: (number) => t('steps.number', { number }),
        after: (number) => t('steps.after', { number }),
        remove: (number) => t('steps.remove', { number }),
        add: t('steps.add'),
      }}
      onMinutes={(at, after_min) => {
        change(at, { after_min })
      }}
      onRemove={(at) => {
        onChange(value.filter((_, index) => index !== at))
      }}
      onAdd={() => {
        onChange([...value, stepAfter(value.at(-1))])
      }}
      error={error}
    >
      {(at) => {
        const step = value[at]
        return (
          step && (
            <Whom
              step={step}
              names={names}
              onChange={(changed) => {
                change(at, changed)
              }}
            />
          )
        )
      }}
    </StepsField>
  )
}

interface WhomProps {
  step: StepDraft
  names: Props['names']
  onChange: (changed: Partial<StepDraft>) => void
}

/** Whom one step tells. */
function Whom({ step, names, onChange }: WhomProps) {
  const { t } = useTranslation('alerting')
  const toggle = (group: Targets, id: string, on: boolean) => {
    const before = step[group]
    onChange({ [group]: on ? [...before, id] : before.filter((each) => each !== id) })
  }
  return (
    <>
      {GROUPS.filter((group) => names[group].size > 0).map((group) => (
        <fieldset key={group} className="flex flex-wrap gap-x-5 gap-y-2">
          <legend className="mb-1 text-subtle">{t(`steps.${group}`)}</legend>
          {[...names[group]].map(([id, name]) => (
            <CheckField
              key={id}
              label={name}
              checked={step[group].includes(id)}
              onChange={({ target }) => {
                toggle(group, id, target.checked)
              }}
            />
          ))}
        </fieldset>
      ))}
      <CheckField
        label={t('steps.owners')}
        checked={step.owners}
        onChange={({ target }) => {
          onChange({ owners: target.checked })
        }}
      />
    </>
  )
}
