import { useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { FormProvider, useWatch } from 'react-hook-form'
import { toast } from 'sonner'
import { watchersCreate, watchersUpdate } from '@/client/sdk.gen'
import { watchersGetQueryKey } from '@/client/@tanstack/react-query.gen'
import type { WatcherPublic } from '@/client/types.gen'
import { Card } from '@/components/card'
import { LeaveGuard } from '@/components/leave-guard'
import { useProblemForm } from '@/lib/use-problem-form'
import { useWorkspace } from '@/lib/workspace'
import { Advanced } from './advanced'
import { Basics } from './basics'
import { focusFirstError } from '@/components/schema-form/fold'
import { layoutOf } from '@/components/schema-form/layout'
import { changesOf, probeOf, watcherOf, type FormValues } from './model'
import { SaveBar } from './save-bar'
import type { SchemaField as SchemaFieldOf } from '@/components/schema-form/schema'
import { SchemaField } from '@/components/schema-form/schema-field'
import { TagsField } from './tags-field'
import { TestPanel } from './test-panel'
import { Timing } from './timing'
import { useComplete } from './use-complete'
import { useEditorKeys } from './use-editor-keys'
import { useTest } from './use-test'
import { useTexts } from './use-texts'

interface Props {
  fields: SchemaFieldOf[]
  defaults: FormValues
  watcher: WatcherPublic | undefined
  /** Whether this is a copy of a watcher with secrets. */
  lostSecrets: boolean
  onDone: (watcher: WatcherPublic) => void
}

export function EditorForm({ fields, defaults, watcher, lostSecrets, onDone }: Props) {
  const { t } = useTexts()
  const { id: workspace_id } = useWorkspace()
  const queryClient = useQueryClient()
  const element = useRef<HTMLFormElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [first] = useState(defaults)
  const [saved, setSaved] = useState<WatcherPublic | null>(null)
  const { submit, problem, refuse, ...form } = useProblemForm<FormValues>(first, {
    mode: 'onTouched',
    shouldFocusError: false,
  })
  const { trigger, getValues, setValue, setFocus, control } = form
  const { isDirty, isSubmitting, submitCount } = form.formState
  const toFirstError = useCallback(() => {
    // Once the errors are drawn.
    requestAnimationFrame(() => element.current && focusFirstError(element.current))
  }, [])

  const { complete, plainUrl } = useComplete(form)
  const { run, start, stop } = useTest(
    workspace_id,
    useCallback(
      (refused) => {
        if (refuse(refused)) toFirstError()
      },
      [refuse, toFirstError],
    ),
  )
  const test = useCallback(async () => {
    complete()
    if (await trigger()) start(probeOf(getValues(), fields, watcher))
    else toFirstError()
  }, [complete, getValues, trigger, start, fields, watcher, toFirstError])

  const save = submit(async (values) => {
    const path = { workspace_id }
    const { data } = watcher
      ? await watchersUpdate({
          path: { ...path, watcher_id: watcher.id },
          body: changesOf(first, values, fields),
          throwOnError: true,
        })
      : await watchersCreate({ path, body: watcherOf(values, fields), throwOnError: true })
    queryClient.setQueryData(watchersGetQueryKey({ path: { workspace_id, watcher_id: data.id } }), data)
    setSaved(data)
  })
  // The guard must know that all is saved before the page is left.
  useEffect(() => {
    if (saved === null) return
    void queryClient.invalidateQueries()
    if (watcher) toast.success(t('saved'))
    onDone(saved)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [saved])
  useEffect(() => {
    if (submitCount > 0 && !isSubmitting) toFirstError()
  }, [submitCount, isSubmitting, toFirstError])

  useEffect(() => {
    const top = panel.current?.getBoundingClientRect().top ?? 0
    // On a phone the result is below the fold.
    if (run.at === 'done' && top > innerHeight / 2) panel.current?.scrollIntoView()
  }, [run.at])

  const doTest = useCallback(() => void test(), [test])
  const doSave = useCallback(() => {
    element.current?.requestSubmit()
  }, [])
  useEditorKeys(doTest, doSave)

  const values = useWatch({ control }) as FormValues
  const asked = run.at === 'idle' ? undefined : run.asked
  const stale = JSON.stringify(asked) !== JSON.stringify(probeOf(values, fields, watcher))
  // The one button that stands out is what to do next.
  const next = watcher || (run.at === 'done' && !stale) ? 'save' : 'test'
  const plain = plainUrl(run, values.url)
  const layout = layoutOf(fields)
  const { kind } = first

  return (
    <FormProvider {...form}>
      <LeaveGuard dirty={isDirty && saved === null} />
      <form
        ref={element}
        noValidate
        onSubmit={save}
        className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,28rem)_minmax(0,1fr)] lg:grid-rows-[auto_1fr] lg:gap-x-6"
      >
        <Card className="grid gap-5 p-5">
          {watcher?.region_served === false && (
            <p className="rounded-md bg-unknown-bg px-3 py-2 text-unknown-fg">
              {t('notServed', { region: watcher.region })}
            </p>
          )}
          {lostSecrets && (
            <p className="flex gap-2 rounded-md bg-sunken px-3 py-2 text-muted">
              <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0" />
              {t('secretsNotCopied')}
            </p>
          )}
          <Basics
            running={run.at === 'running'}
            next={next === 'test'}
            onComplete={complete}
            onTest={doTest}
          />
        </Card>
        <div
          ref={panel}
          className="min-w-0 scroll-mt-16 lg:sticky lg:top-5 lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:max-h-[calc(100dvh-2.5rem)] lg:overflow-auto lg:rounded-lg"
        >
          <TestPanel
            run={run}
            stale={stale}
            onTest={doTest}
            onStop={stop}
            onPlain={
              plain === undefined
                ? undefined
                : () => {
                    setValue('url', plain, { shouldDirty: true, shouldValidate: true })
                    doTest()
                  }
            }
            onAccept={(status) => {
              setValue('expected_status', `${getValues('expected_status') || '200-299'},${status}`, {
                shouldDirty: true,
                shouldValidate: true,
              })
              setFocus('expected_status')
            }}
          />
        </div>
        <Card className="min-w-0">
          <div className="grid gap-5 p-5">
            <Timing />
            {layout.basic.map((field) => (
              <SchemaField key={field.path} field={field} kind={kind} />
            ))}
            <TagsField />
          </div>
          <Advanced groups={layout.advanced} kind={kind} values={values} watcherId={watcher?.id} />
          <SaveBar
            problem={problem}
            isNew={!watcher}
            next={next === 'save'}
            saving={isSubmitting}
            dirty={isDirty}
          />
        </Card>
      </form>
    </FormProvider>
  )
}
