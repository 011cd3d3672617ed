import { expect, test } from 'vitest'
import type { ProbeSeen } from '@/client/types.gen'
import { courseOf } from './course'
import { expectationsOf } from './expectations'
import { layoutOf } from '@/components/schema-form/layout'
import { MASK, optionToSend } from '@/components/schema-form/values'
import { changesOf, fullUrl, nameFor, probeOf, valuesOf, withoutSecrets } from './model'
import { broken, fieldsOf } from '@/components/schema-form/schema'
import { HTTP_SCHEMA, WATCHER } from './test-data'

const fields = fieldsOf(HTTP_SCHEMA)
const field = (key: string) => {
  const found = fields.find((each) => each.key === key)
  if (!found) throw new Error(key)
  return found
}

test.each([
  ['example.com', 'https://example.com'],
  ['example.com:8080/up', 'https://example.com:8080/up'],
  [' http://example.com ', 'http://example.com'],
  ['ftp://example.com', 'ftp://example.com'],
  ['', ''],
])('the address %j is asked as %j', (typed, url) => {
  expect(fullUrl(typed)).toBe(url)
})

test('a name is suggested from the host', () => {
  expect(nameFor('www.example.com/up')).toBe('example.com')
  expect(nameFor('http://')).toBe('')
})

test('what is as the server would have it anyway is not sent', () => {
  const { options, expected_body } = probeOf(valuesOf(fields, 'http'), fields)
  expect(options).toEqual({})
  expect(expected_body).toBeNull()
  expect(optionToSend(field('max_redirects'), 0)).toBe(0)
})

test('an untouched secret goes back as its mask, which keeps it; a cleared one as null, which removes it', () => {
  const values = valuesOf(fields, 'http', WATCHER)
  expect(probeOf(values, fields, WATCHER).options).toEqual({
    bearer_token: MASK,
    headers: { 'X-Key': MASK },
  })
  const cleared = { ...values, options: { ...values.options, bearer_token: '', headers: [] } }
  expect(probeOf(cleared, fields, WATCHER).options).toEqual({ bearer_token: null, headers: null })
  expect(probeOf(cleared, fields).options).toEqual({})
})

test('only what was changed is sent', () => {
  const before = valuesOf(fields, 'http', WATCHER)
  expect(changesOf(before, { ...before, name: 'Cart' }, fields)).toEqual({ name: 'Cart' })
  expect(changesOf(before, before, fields)).toEqual({})
  const head = { ...before, options: { ...before.options, method: 'HEAD' } }
  expect(changesOf(before, head, fields)).toEqual({ options: { method: 'HEAD' } })
  expect(changesOf(head, before, fields)).toEqual({ options: { method: null } })
})

test('a copy has the names of secret headers, not their masks', () => {
  const { options } = withoutSecrets(valuesOf(fields, 'http', WATCHER), fields)
  expect(options.headers).toEqual([{ name: 'X-Key', value: '' }])
  expect(options.bearer_token).toBe('')
})

test('a value is held against its own schema', () => {
  expect(broken(field('max_redirects'), 11)).toEqual({ keyword: 'maximum', bound: '10' })
  expect(broken(field('expected_status'), '2')).toEqual({ keyword: 'minLength', bound: '3' })
  expect(broken(field('expected_body'), undefined)).toBeUndefined()
  expect(broken(field('url'), undefined)).toEqual({ keyword: 'required', bound: '' })
})

test('everyday fields are in sight, the others folded into groups', () => {
  const { basic, advanced } = layoutOf(fields)
  expect(basic.map(({ key }) => key)).toEqual(['expected_status', 'expected_body'])
  expect(advanced.flatMap((group) => group.fields).map(({ key }) => key)).toContain('verify_tls')
})

test('a schema decides on its own layout; an unknown field is still drawn', () => {
  const { basic, advanced } = layoutOf(
    fieldsOf({
      properties: {
        late: { type: 'string', 'x-ui': { order: 2 } },
        deep: { type: 'string', 'x-ui': { advanced: true } },
        early: { type: 'string', 'x-ui': { order: 1 } },
      },
    }),
  )
  expect(basic.map(({ key }) => key)).toEqual(['early', 'late'])
  expect(advanced.map(({ id }) => id)).toEqual(['other'])
})

const none = { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null, transfer_ms: null }

test('the bars of redirects follow one another on one scale', () => {
  const hop = { phases: { ...none, connect_ms: 1, first_byte_ms: 4 } }
  const { requests, totalMs } = courseOf([hop, hop])
  expect(totalMs).toBe(10)
  expect(requests[1]).toEqual([
    { phase: 'connect_ms', startMs: 5, ms: 1 },
    { phase: 'first_byte_ms', startMs: 6, ms: 4 },
  ])
})

test.each([
  ['healthy', null, ['passed', 'passed', 'passed']],
  ['down', 'status_mismatch', ['failed', 'skipped', 'skipped']],
  ['down', 'body_mismatch', ['passed', 'failed', 'skipped']],
  ['unknown', 'blocked', ['skipped', 'skipped', 'skipped']],
  ['degraded', 'slow', ['passed', 'passed', 'worse']],
] as const)('of a check that is %s by %s the expectations came out as %j', (status, reason, outcomes) => {
  const seen = {
    status,
    reason,
    response_status: 200,
    response_time_ms: reason === 'slow' ? 80 : 20,
    certificate_not_after: null,
  } as ProbeSeen
  const found = expectationsOf({ url: 'x', expected_body: 'ok', degraded_after_ms: 50 }, seen, 0)
  expect(found.map(({ outcome }) => outcome)).toEqual(outcomes)
})
