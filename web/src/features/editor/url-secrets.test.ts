import { expect, test } from 'vitest'
import { secretParameter } from './url-secrets'

test.each([
  ['https://x.example/?key=1', 'key'],
  ['https://x.example/?page=2&access_token=abc', 'access_token'],
  ['https://x.example/?apiKey=abc#top', 'apiKey'],
  ['https://x.example/?X-Amz-Signature=abc', 'X-Amz-Signature'],
  ['https://x.example/?key=', undefined],
  ['https://x.example/?monkey=1&keyword=2&author=3', undefined],
  ['https://x.example/token/key', undefined],
  ['no address', undefined],
])('of %s the secret is %s', (url, name) => {
  expect(secretParameter(url)).toBe(name)
})
