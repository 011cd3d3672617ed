import { useCallback } from 'react'
import type { UseFormReturn } from 'react-hook-form'
import { fullUrl, type FormValues } from './model'

type Form = Pick<UseFormReturn<FormValues>, 'getValues' | 'setValue'>

/** Completes the address that was typed by its scheme. */
export function useComplete({ getValues, setValue }: Form) {
  return useCallback(() => {
    const url = fullUrl(getValues('url'))
    if (url !== getValues('url')) setValue('url', url, { shouldDirty: true, shouldValidate: true })
  }, [getValues, setValue])
}
