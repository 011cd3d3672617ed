import type { ReactNode } from 'react'
import { useFormContext } from 'react-hook-form'
import { useTranslation } from 'react-i18next'
import { Button } from '@/components/button'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Setting } from '@/components/setting'
import { accentOf, isColour } from './accent'
import type { Draft } from './draft'

const OURS = '#4f53cf'

/** Logo and accent. */
export function LookFields({ logo }: { logo: ReactNode }) {
  const { t } = useTranslation('statusPages')
  const { register, watch, setValue, formState } = useFormContext<Draft>()
  const accent = watch('accent')
  return (
    <Setting title={t('look.heading')}>
      {logo}
      <Field
        label={t('look.accent')}
        hint={<Contrast accent={accent} />}
        error={formState.errors.accent?.message}
      >
        {(ids) => (
          <div className="flex gap-2">
            <input
              type="color"
              aria-label={t('look.pick')}
              className="h-control w-12 shrink-0 cursor-pointer rounded-md border border-control/70 bg-surface p-1"
              value={isColour(accent) ? accent : OURS}
              onChange={({ target }) => {
                setValue('accent', target.value, { shouldDirty: true })
              }}
            />
            <Input
              {...ids}
              {...register('accent')}
              placeholder={OURS}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="max-w-32 font-mono"
            />
            {accent !== '' && (
              <Button
                onClick={() => {
                  setValue('accent', '', { shouldDirty: true })
                }}
              >
                {t('look.ours')}
              </Button>
            )}
          </div>
        )}
      </Field>
    </Setting>
  )
}

/** Whether the colour can be read as it is, and what becomes of it where it cannot. */
function Contrast({ accent }: { accent: string }) {
  const { t } = useTranslation('statusPages')
  if (accent === '') return <>{t('look.accentHint')}</>
  if (!isColour(accent)) return <>{t('look.accentForm')}</>
  const { light, dark } = accentOf(accent)
  const low = accent.toLowerCase()
  const [asIsLight, asIsDark] = [light === low, dark === low]
  if (asIsLight && asIsDark) return <>{t('look.readable')}</>
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      {!asIsLight && t('look.darkened', { colour: light })}{' '}
      {!asIsDark && t('look.lightened', { colour: dark })}
    </span>
  )
}
