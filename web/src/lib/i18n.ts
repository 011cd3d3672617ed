import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type en from '@/locales/en'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof en
  }
}

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

const FIRST = { en: () => import('@/locales/en/first'), de: () => import('@/locales/de/first') }
const REST = { en: () => import('@/locales/en/rest'), de: () => import('@/locales/de/rest') }
const KEY = 'healther.language'

const known = (code: string | null) => LANGUAGES.find((each) => each === code?.slice(0, 2)) ?? null

/** The language chosen in this browser; null = the browser's own. */
export function chosenLanguage(): Language | null {
  return known(localStorage.getItem(KEY))
}

function preferredLanguage(): Language {
  return chosenLanguage() ?? navigator.languages.map(known).find((each) => each !== null) ?? 'en'
}

/** Headers that have an answer, and the mail that follows it, in the language of the app. */
export const inOurLanguage = () => ({ 'Accept-Language': i18next.language })

type Part = Partial<typeof en>
let restIsNeeded = false

function add(language: Language, part: Part) {
  for (const [namespace, texts] of Object.entries(part)) i18next.addResourceBundle(language, namespace, texts)
}

const loadRest = async (language: Language) => {
  if (!i18next.hasResourceBundle(language, 'watcher')) add(language, (await REST[language]()).default)
}

/** Loads what is said in a language and speaks it from now on. */
export async function speak(language: Language) {
  add(language, (await FIRST[language]()).default)
  if (restIsNeeded) await loadRest(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** To be awaited before a page that says more than signing in and the overview do. */
export async function loadEveryText() {
  restIsNeeded = true
  await loadRest(known(i18next.language) ?? 'en')
}

/** Chooses a language, in this browser; null goes back to the browser's own. */
export async function setLanguage(language: Language | null) {
  if (language) localStorage.setItem(KEY, language)
  else localStorage.removeItem(KEY)
  await speak(preferredLanguage())
}

/** To be awaited before the first render: nobody sees a key. */
export async function setUpLanguage() {
  await i18next.use(initReactI18next).init({
    resources: {},
    lng: preferredLanguage(),
    defaultNS: 'common',
    // React escapes.
    interpolation: { escapeValue: false },
  })
  await speak(preferredLanguage())
}
