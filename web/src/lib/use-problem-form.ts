import { useForm, type DefaultValues, type FieldValues, type Path } from 'react-hook-form'
import { useCallback, useState } from 'react'
import { asProblem, type ProblemError } from './problem'

/**
 * A form whose refusals land where they belong: a 422's `body.name` on the field `name`, everything else in `problem`.
 * `submit(send)` is for <form onSubmit>.
 */
export function useProblemForm<T extends FieldValues>(defaultValues: DefaultValues<T>) {
  const form = useForm<T>({ defaultValues })
  const [problem, setProblem] = useState<ProblemError | null>(null)
  const { setError, handleSubmit, getValues } = form
  const refuse = useCallback(
    (error: unknown) => {
      const refused = asProblem(error)
      let focused = false
      for (const { where, message } of refused.fields) {
        const name = where.replace(/^body\./, '') as Path<T>
        if (getValues(name) === undefined) continue
        setError(name, { message }, { shouldFocus: !focused })
        focused = true
      }
      if (!focused) setProblem(refused)
    },
    [getValues, setError],
  )
  const submit = (send: (values: T) => Promise<unknown>) =>
    handleSubmit(async (values) => {
      setProblem(null)
      try {
        await send(values)
      } catch (error) {
        refuse(error)
      }
    })
  return { ...form, problem, submit }
}
