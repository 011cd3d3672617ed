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

const CATALOGUES = { en: () => import('@/locales/en'), de: () => import('@/locales/de') }
const KEY = 'healther.language'

const known = (code: string | null) => LANGUAGES.find((each) => each === code?.slice(0, 2)) ?? null

/** The language chosen in this browser; null = the browser's own. */
export function chosenLanguage(): Language | null {
  return known(localStorage.getItem(KEY))
}

function preferredLanguage(): Language {
  return chosenLanguage() ?? navigator.languages.map(known).find((each) => each !== null) ?? 'en'
}

/** Loads a language's catalogue and speaks it from now on. */
export async function speak(language: Language) {
  const { default: catalogue } = await CATALOGUES[language]()
  for (const [namespace, texts] of Object.entries(catalogue))
    i18next.addResourceBundle(language, namespace, texts)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
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
