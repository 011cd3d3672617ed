import { readdirSync } from 'node:fs'
import js from '@eslint/js'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

// Arrows go down only: routes -> features -> components -> lib -> client; features never import each other.
const forbid = (files, regex, message) => ({
  files: [files],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] },
})
const UPWARDS = String.raw`^\.\./`
const layers = [
  forbid('src/components/**', `^@/(routes|features|router)|${UPWARDS}`, 'components know no feature'),
  forbid('src/lib/**', `^@/(routes|features|components|router)|${UPWARDS}`, 'lib draws nothing'),
  ...readdirSync('src/features').map((feature) =>
    forbid(
      `src/features/${feature}/**`,
      `^@/(routes|router)|^@/features/(?!${feature}/)|${UPWARDS}`,
      'features know no route and never import each other: move what they share to components or lib',
    ),
  ),
]

export default tseslint.config(
  { ignores: ['src/client', 'src/routeTree.gen.ts', 'test-results', 'playwright-report'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat['recommended-latest'],
  jsxA11y.flatConfigs.strict,
  {
    languageOptions: { globals: globals.browser, parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', 250],
      'no-console': 'error',
      'no-warning-comments': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `throw redirect(...)` and `throw notFound()` are the router's own way.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  ...layers,
  {
    files: ['src/test/**', '**/*.test.{ts,tsx}'],
    rules: {
      // jsdom lacks what the DOM's types promise.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Playwright's fixtures call their `use`, which is no hook.
    files: ['e2e/**'],
    rules: { 'react-hooks/rules-of-hooks': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
)
