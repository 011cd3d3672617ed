import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { toast } from 'sonner'
import { usersMeUpdate } from '@/client/sdk.gen'
import { Button } from '@/components/button'
import { Card } from '@/components/card'
import { Field } from '@/components/field'
import { Input } from '@/components/input'
import { Page } from '@/components/page'
import { ProblemNotice } from '@/components/problem-notice'
import { meQuery } from '@/lib/me'
import { useProblemForm } from '@/lib/use-problem-form'
import { useSignOut } from '@/lib/use-sign-out'
import { LanguageField } from './language-field'

/** What people say about themselves, and the end of every sign-in. */
export function Profile() {
  const { t } = useTranslation('profile')
  const { t: common } = useTranslation()
  const { data: me } = useSuspenseQuery(meQuery)
  const queryClient = useQueryClient()
  const signOut = useSignOut()
  const { register, submit, problem, formState } = useProblemForm({ full_name: me.full_name })
  return (
    <Page title={t('title')} width="narrow">
      <div className="grid gap-4">
        <Card className="p-5">
          <form
            className="grid gap-4"
            noValidate
            onSubmit={submit(async (body) => {
              await usersMeUpdate({ body, throwOnError: true })
              await queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
              toast.success(common('saved'))
            })}
          >
            <ProblemNotice problem={problem} />
            <Field label={t('name')} error={formState.errors.full_name?.message}>
              {(ids) => (
                <Input {...ids} {...register('full_name', { required: t('required') })} autoComplete="name" />
              )}
            </Field>
            <Field label={t('email')}>{(ids) => <Input {...ids} value={me.email} readOnly />}</Field>
            <Button type="submit" className="justify-self-start" aria-disabled={formState.isSubmitting}>
              {common('save')}
            </Button>
          </form>
        </Card>
        <Card className="p-5">
          <LanguageField />
        </Card>
        <Card className="flex flex-wrap items-center justify-between gap-3 p-5">
          <p className="max-w-sm text-muted">{t('everywhereText')}</p>
          <Button
            onClick={() => {
              signOut.mutate('everywhere')
            }}
          >
            {t('everywhere')}
          </Button>
        </Card>
      </div>
    </Page>
  )
}
