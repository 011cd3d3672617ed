import { useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ErrorView } from './error-view'
import { Landmark } from './landmark'

/** What stands in a route's place when loading or drawing it failed. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  const router = useRouter()
  const retry = () => {
    // A part of the app that could not be fetched is not fetched again by the same page.
    if (error instanceof Error && /module/i.test(error.message)) location.reload()
    reset()
    void router.invalidate()
  }
  return (
    <Landmark className="mx-auto w-full max-w-2xl p-6">
      <title>{`${t('error.title')} · healther`}</title>
      <ErrorView heading="h1" error={error} onRetry={retry} />
    </Landmark>
  )
}
