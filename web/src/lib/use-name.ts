import { useTranslation } from 'react-i18next'

/** What the server calls people who have no name, in the reader's language. */
export function useName() {
  const { t } = useTranslation()
  return (name: string): string => {
    switch (name) {
      case 'deleted account':
        return t('who.deleted')
      case 'somebody who left':
        return t('who.left')
      case 'somebody with the link':
        return t('who.link')
      default:
        return name
    }
  }
}
