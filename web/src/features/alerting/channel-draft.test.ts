import { expect, test } from 'vitest'
import type { ChannelPublic } from '@/client/types.gen'
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

test('the mask of a secret is sent back as it came; null for what was cleared, so that it does not stay', () => {
  const options = { to: ['ada@example.org'], url: 'https://hook.example', password: MASK }
  const channel = { name: 'Email', options, quiet_hours: [] } as unknown as ChannelPublic
  const draft = draftOf(MAIL, 'Email', channel)
  expect(optionsOf(MAIL, draft, channel)).toEqual(options)
  draft.options.password = draft.options.url = ''
  expect(optionsOf(MAIL, draft, channel)).toEqual({ to: ['ada@example.org'], url: null, password: null })
  expect(optionsOf(MAIL, draft)).toEqual({ to: ['ada@example.org'] })
})
