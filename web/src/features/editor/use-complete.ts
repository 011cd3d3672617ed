import { useCallback, useRef } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import { fullUrl, nameFor, type FormValues } from './model'

type Form = Pick<UseFormReturn<FormValues>, 'getValues' | 'setValue'>

/** Completes what was typed: the address by its scheme, the name by the host unless somebody chose one. */
export function useComplete({ getValues, setValue }: Form, givenName: string) {
  const suggested = useRef('')
  return useCallback(() => {
    const url = fullUrl(getValues('url'))
    if (url !== getValues('url')) setValue('url', url, { shouldDirty: true, shouldValidate: true })
    if (givenName !== '' || getValues('name') !== suggested.current) return
    suggested.current = nameFor(url)
    setValue('name', suggested.current, { shouldDirty: suggested.current !== '' })
  }, [getValues, setValue, givenName])
}
