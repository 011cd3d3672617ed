import { Fold } from '@/components/schema-form/fold'
import type { Group } from '@/components/schema-form/layout'
import { optionToSend } from '@/components/schema-form/values'
import { DependsOnField } from './depends-on-field'
import { DEFAULTS, type FormValues } from './model'
import { NumberField } from '@/components/schema-form/number-field'
import { rulesOf } from './rules'
import { SchemaField } from '@/components/schema-form/schema-field'
import { useTexts } from './use-texts'

/** From when on slow or failing counts, the same for every kind. */
const JUDGING = [
  {
    name: 'timeout_ms',
    label: 'timeout',
    hint: 'timeoutHint',
    unit: 'unitShort.ms',
    least: 100,
    most: 60_000,
  },
  {
    name: 'degraded_after_ms',
    label: 'degraded',
    hint: 'degradedHint',
    unit: 'unitShort.ms',
    least: 1,
    most: 60_000,
    optional: true,
  },
  {
    name: 'failure_threshold',
    label: 'failures',
    hint: 'failuresHint',
    unit: 'unitShort.checks',
    least: 1,
    most: 10,
  },
  {
    name: 'recovery_threshold',
    label: 'recoveries',
    hint: 'recoveriesHint',
    unit: 'unitShort.checks',
    least: 1,
    most: 10,
  },
  {
    name: 'certificate_days',
    label: 'certificate',
    hint: 'certificateHint',
    unit: 'unitShort.days',
    least: 0,
    most: 365,
  },
] as const

interface Props {
  groups: Group[]
  kind: string
  values: FormValues
  /** Absent for a new watcher. */
  watcherId: string | undefined
}

/** What most people leave as it is: how a check is judged, what it needs, and the kind's further options. */
export function Advanced({ groups, kind, values, watcherId }: Props) {
  const { t, section } = useTexts()
  const note = (count: number) => (count > 0 ? t('changed', { count }) : undefined)
  const chosen = (count: number) => (count > 0 ? t('chosen', { count }) : undefined)
  return (
    <>
      <Fold
        title={t('section.judging')}
        note={note(JUDGING.filter(({ name }) => values[name] !== DEFAULTS[name]).length)}
      >
        <Judging />
      </Fold>
      <Fold title={t('section.needs')} note={chosen(values.depends_on.length)}>
        <DependsOnField watcherId={watcherId} />
      </Fold>
      {groups.map(({ id, fields }) => (
        <Fold
          key={id}
          title={section(id)}
          note={note(
            fields.filter((field) => optionToSend(field, values.options[field.key] ?? null) !== undefined)
              .length,
          )}
        >
          {fields.map((field) => (
            <SchemaField key={field.path} field={field} kind={kind} />
          ))}
        </Fold>
      ))}
    </>
  )
}

function Judging() {
  const texts = useTexts()
  const { t } = texts
  const { whole } = rulesOf(texts)
  return JUDGING.map(({ name, label, hint, unit, least, most, ...rest }) => (
    <NumberField
      key={name}
      name={name}
      label={t(label)}
      hint={t(hint)}
      unit={t(unit)}
      rule={(value) =>
        value === null && !('optional' in rest) ? t('rule.required') : whole(least, most, value)
      }
    />
  ))
}
