import {
  useForm,
  type DefaultValues,
  type FieldValues,
  type Path,
  type UseFormGetValues,
  type UseFormProps,
} from 'react-hook-form'
import { useCallback, useState } from 'react'
import { asProblem, type ProblemError } from './problem'

/**
 * A form whose refusals land where they belong: a 422's `body.name` on the field `name`, everything else in `problem`.
 * `submit(send)` is for <form onSubmit>; `refuse(error)` places what another request of the form was refused for and
 * says whether that was possible. `options` are react-hook-form's.
 */
export function useProblemForm<T extends FieldValues>(
  defaultValues: DefaultValues<T>,
  options: Omit<UseFormProps<T>, 'defaultValues'> = {},
) {
  const form = useForm<T>({ ...options, defaultValues })
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const { setError, handleSubmit, getValues } = form
  const shouldFocusError = options.shouldFocusError ?? true
  const refuse = useCallback(
    (error: unknown): boolean => {
      let placed = false
      for (const { where, message } of asProblem(error).fields) {
        const name = fieldOf(where.replace(/^body\./, ''), getValues)
        if (name === undefined) continue
        setError(name, { message }, { shouldFocus: shouldFocusError && !placed })
        placed = true
      }
      return placed
    },
    [getValues, setError, shouldFocusError],
  )
  const submit = (send: (values: T) => Promise<unknown>) =>
    handleSubmit(async (values) => {
      setProblem(null)
      try {
        await send(values)
      } catch (error) {
        if (!refuse(error)) setProblem(asProblem(error))
      }
    })
  return { ...form, problem, submit, refuse }
}

/** The field an error is about, itself or the one around it: `options.headers` for `options.headers.X-Key`. */
function fieldOf<T extends FieldValues>(where: string, getValues: UseFormGetValues<T>): Path<T> | undefined {
  for (let name = where; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const value: unknown = getValues(name as Path<T>)
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (value !== undefined) return isGroup ? undefined : (name as Path<T>)
  }
  return undefined
}

/** What is wrong in a field that is a list or a group: the first message in it. */
export function messageIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('message' in error && typeof error.message === 'string') return error.message
  return Object.values(error)
    .map(messageIn)
    .find((message) => message !== undefined)
}
