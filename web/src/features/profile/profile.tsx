import { useTranslation } from 'react-i18next'
import { Page } from '@/components/page'
import { AccountForm } from './account-form'
import { DeleteAccount } from './delete-account'
import { PasswordForm } from './password-form'
import { PreferencesForm } from './preferences-form'
import { Sessions } from './sessions'

/** The person: name and email, how they like to see things, password, where they are signed in. */
export function Profile() {
  const { t } = useTranslation('profile')
  return (
    <Page title={t('title')} width="narrow">
      <div className="grid grid-cols-1 gap-4">
        <AccountForm />
        <PreferencesForm />
        <PasswordForm />
        <Sessions />
        <DeleteAccount />
      </div>
    </Page>
  )
}
