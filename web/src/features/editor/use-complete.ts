import { useCallback, useState } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import type { ProbeSeen } from '@/client/types.gen'
import { fullUrl, type FormValues } from './model'
import type { TestRun } from './use-test'

type Form = Pick<UseFormReturn<FormValues>, 'getValues' | 'setValue'>

/** Completes the address that was typed by its scheme, and tells how it would be without encryption. */
export function useComplete({ getValues, setValue }: Form) {
  const [guessed, setGuessed] = useState<string>()
  const complete = useCallback(() => {
    const url = fullUrl(getValues('url'))
    if (url === getValues('url')) return
    setValue('url', url, { shouldDirty: true, shouldValidate: true })
    setGuessed(url)
  }, [getValues, setValue])
  /** The address over http, where https was healther's guess and a test could not encrypt. */
  const plainUrl = (run: TestRun, typed: string) =>
    run.at === 'done' && typed === guessed && run.asked.url === guessed && couldNotEncrypt(run.seen)
      ? guessed.replace(/^https:/i, 'http:')
      : undefined
  return { complete, plainUrl }
}

// After a redirect it is not the address that was guessed.
const couldNotEncrypt = ({ reason, hops }: ProbeSeen) => hops.length < 2 && reason?.startsWith('tls_')
