import { expect, test } from 'vitest'
import { policyDraftOf, policyOf, stepAfter } from './policy-draft'

const known = { channel_ids: new Set(['ops']), rotation_ids: new Set<string>(), user_ids: new Set<string>() }

test('what a step names and is gone is not sent back', () => {
  const step = { ...stepAfter(undefined), channel_ids: ['ops', 'gone'], user_ids: ['left'] }
  const sent = policyOf({ ...policyDraftOf(), steps: [step] }, known)
  expect(sent.steps).toEqual([
    { after_s: 0, channel_ids: ['ops'], rotation_ids: [], user_ids: [], owners: false },
  ])
})

test('minutes are sent as seconds, and no reminder as none', () => {
  const draft = { ...policyDraftOf(), steps: [stepAfter(stepAfter(undefined))] }
  expect(policyOf(draft, known).steps[0]?.after_s).toBe(600)
  expect(policyOf(draft, known).remind_every_s).toBeNull()
  expect(policyOf({ ...draft, remind_min: 1.5 }, known).remind_every_s).toBe(90)
})

test('a policy for all watchers names none', () => {
  const draft = { ...policyDraftOf(), tags: ['eu'], watcher_ids: ['one'] }
  expect(policyOf(draft, known)).toMatchObject({ all_watchers: true, tags: [], watcher_ids: [] })
  expect(policyOf({ ...draft, all_watchers: false }, known)).toMatchObject({
    tags: ['eu'],
    watcher_ids: ['one'],
  })
})
