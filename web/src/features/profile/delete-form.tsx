import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { usersMeDelete } from '@/client/sdk.gen'
import type { DeletionPublic, WorkspaceNamed } from '@/client/types.gen'
import { Button } from '@/components/button'
import { CheckField } from '@/components/check-field'
import { Field } from '@/components/field'
import { PasswordInput } from '@/components/input'
import { ProblemNotice } from '@/components/problem-notice'
import { meQuery } from '@/lib/me'
import { signedOut } from '@/lib/session'
import { useProblemForm } from '@/lib/use-problem-form'

interface Props {
  what: DeletionPublic
  onCancel: () => void
}

/** What goes with the account and what stays; the password, and a yes to each workspace that goes. */
export function DeleteForm({ what, onCancel }: Props) {
  const { t } = useTranslation('profile')
  const { t: common } = useTranslation()
  const { data: me } = useSuspenseQuery(meQuery)
  const { register, submit, watch, problem, formState } = useProblemForm({
    current_password: '',
    agreed: false,
  })
  const { errors, isSubmitting } = formState
  const { alone, left, last_owner, only_account } = what
  if (last_owner.length > 0) {
    return (
      <div className="mt-2 grid gap-4">
        <p className="text-muted">{t('delete.lastOwner', { count: last_owner.length })}</p>
        <ul className="grid list-disc gap-1 pl-5">
          {last_owner.map(({ id, name, slug }) => (
            <li key={id} className="wrap-anywhere">
              <Link
                to="/w/$workspace/settings"
                params={{ workspace: slug }}
                className="text-accent-text underline underline-offset-2"
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
        <div className="flex justify-end">
          <Button onClick={onCancel}>{common('cancel')}</Button>
        </div>
      </div>
    )
  }
  const agreed = alone.length === 0 || watch('agreed')
  return (
    <form
      className="mt-2 grid gap-4"
      noValidate
      onSubmit={submit(async ({ current_password }) => {
        if (!agreed) return
        const body = { current_password, workspaces: alone.map(({ id }) => id) }
        await usersMeDelete({ body, throwOnError: true })
        toast.success(t('delete.done'))
        signedOut()
      })}
    >
      <div className="grid gap-3 text-muted">
        <Named
          title={t('delete.goes')}
          what={alone}
          rest={[t('delete.goesAccount'), t('delete.goesAccess')]}
        />
        <Named
          title={t('delete.stays')}
          what={left}
          rest={[t('delete.staysRecord'), t('delete.staysWritten')]}
        />
        {only_account && <p>{t('delete.only')}</p>}
      </div>
      <ProblemNotice problem={problem} />
      {alone.length > 0 && (
        <CheckField label={t('delete.agree', { count: alone.length })} {...register('agreed')} />
      )}
      {/* For the browser's password manager: whose password this is. */}
      <input type="text" autoComplete="username" value={me.email} readOnly hidden />
      <Field label={t('currentPassword')} error={errors.current_password?.message}>
        {(ids) => <PasswordInput {...ids} {...register('current_password', { required: t('required') })} />}
      </Field>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{common('cancel')}</Button>
        <Button type="submit" variant="danger" aria-disabled={isSubmitting || !agreed}>
          {t('delete.do')}
        </Button>
      </div>
    </form>
  )
}

function Named({ title, what, rest }: { title: string; what: WorkspaceNamed[]; rest: string[] }) {
  const { t } = useTranslation('profile')
  return (
    <section aria-label={title}>
      <h3 className="font-medium text-fg">{title}</h3>
      <ul className="mt-1 grid list-disc gap-1 pl-5">
        {what.map(({ id, name }) => (
          <li key={id} className="wrap-anywhere">
            {t('delete.workspace', { name })}
          </li>
        ))}
        {rest.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </section>
  )
}
