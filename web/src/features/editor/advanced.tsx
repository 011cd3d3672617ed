import { Fold } from './fold'
import type { Group } from './layout'
import { DEFAULTS, optionToSend, type FormValues } from './model'
import { NumberField } from './number-field'
import { rulesOf } from './rules'
import { SchemaField } from './schema-field'
import { useTexts } from './use-texts'

const JUDGING = [
  'timeout_ms',
  'failure_threshold',
  'recovery_threshold',
  'degraded_after_ms',
  'certificate_days',
] as const satisfies (keyof FormValues)[]

interface Props {
  groups: Group[]
  kind: string
  values: FormValues
}

/** What most people leave as it is: how a check is judged, and the kind's further options. */
export function Advanced({ groups, kind, values }: Props) {
  const { t, section } = useTexts()
  const note = (count: number) => (count > 0 ? t('changed', { count }) : undefined)
  return (
    <>
      <Fold
        title={t('section.judging')}
        note={note(JUDGING.filter((name) => values[name] !== DEFAULTS[name]).length)}
      >
        <Judging />
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

/** From when on slow or failing counts, the same for every kind. */
function Judging() {
  const texts = useTexts()
  const { t } = texts
  const { whole } = rulesOf(texts)
  const required = (least: number, most: number) => (value: number | null) =>
    value === null ? t('rule.required') : whole(least, most, value)
  return (
    <>
      <NumberField
        name="timeout_ms"
        label={t('timeout')}
        hint={t('timeoutHint')}
        unit={t('unitShort.ms')}
        rule={required(100, 60_000)}
      />
      <NumberField
        name="degraded_after_ms"
        label={t('degraded')}
        hint={t('degradedHint')}
        unit={t('unitShort.ms')}
        rule={(value) => whole(1, 60_000, value)}
      />
      <NumberField
        name="failure_threshold"
        label={t('failures')}
        hint={t('failuresHint')}
        unit={t('unitShort.checks')}
        rule={required(1, 10)}
      />
      <NumberField
        name="recovery_threshold"
        label={t('recoveries')}
        hint={t('recoveriesHint')}
        unit={t('unitShort.checks')}
        rule={required(1, 10)}
      />
      <NumberField
        name="certificate_days"
        label={t('certificate')}
        hint={t('certificateHint')}
        unit={t('unitShort.days')}
        rule={required(0, 365)}
      />
    </>
  )
}
