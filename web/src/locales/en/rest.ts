import alerting from './alerting.json'
import apiKeys from './apiKeys.json'
import audit from './audit.json'
import backtest from './backtest.json'
import editor from './editor.json'
import invitations from './invitations.json'
import maintenance from './maintenance.json'
import profile from './profile.json'
import recovery from './recovery.json'
import reports from './reports.json'
import retention from './retention.json'
import statusPages from './statusPages.json'
import watcher from './watcher.json'
import workspace from './workspace.json'

/** What every other page says; a new file is named here, in both languages. */
export default {
  alerting,
  apiKeys,
  audit,
  backtest,
  editor,
  invitations,
  maintenance,
  profile,
  recovery,
  reports,
  retention,
  statusPages,
  watcher,
  workspace,
}
