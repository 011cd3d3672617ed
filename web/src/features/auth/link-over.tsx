import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Said } from './said'

/** A link that was mailed and is worth nothing any more; `children` lead to another. */
export function LinkOver({ children }: { children: ReactNode }) {
  const { t } = useTranslation('recovery')
  return (
    <Said title={t('over.title')} text={t('over.text')}>
      {children}
    </Said>
  )
}
