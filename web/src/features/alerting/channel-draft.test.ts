import { expect, test } from 'vitest'
import { layoutOf } from '@/components/schema-form/layout'
import { MASK } from '@/components/schema-form/values'
import { channelFields, draftOf, optionsOf } from './channel-draft'

const MAIL = channelFields({
  kind: 'email',
  title: 'Email',
  description: '',
  json_schema: {
    required: ['to'],
    properties: {
      kind: { type: 'string' },
      to: { type: 'array', items: { type: 'string' }, minItems: 1 },
      url: { type: 'string', 'x-ui': { advanced: false } },
      password: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, writeOnly: true },
    },
  },
})

test('a list is typed with commas or lines and sent as a list', () => {
  const draft = draftOf(MAIL, 'Email')
  draft.options.to = 'ada@example.org, grace@example.org\n'
  expect(optionsOf(MAIL, draft)).toEqual({ to: ['ada@example.org', 'grace@example.org'] })
  draft.options.to = ' , '
  expect(optionsOf(MAIL, draft)).toEqual({})
})

test('an address is an option of a channel, and in sight', () => {
  expect(MAIL.map(({ path }) => path)).toEqual(['options.to', 'options.url', 'options.password'])
  expect(layoutOf(MAIL).basic.map(({ key }) => key)).toContain('url')
})

test('the mask of a secret is sent back as it came', () => {
  const draft = draftOf(MAIL, 'Email')
  draft.options.password = MASK
  expect(optionsOf(MAIL, draft)).toEqual({ password: MASK })
})
