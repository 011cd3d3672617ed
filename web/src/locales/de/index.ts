import alerting from './alerting.json'
import apiKeys from './apiKeys.json'
import audit from './audit.json'
import auth from './auth.json'
import backtest from './backtest.json'
import common from './common.json'
import editor from './editor.json'
import incidents from './incidents.json'
import maintenance from './maintenance.json'
import overview from './overview.json'
import profile from './profile.json'
import reports from './reports.json'
import retention from './retention.json'
import shell from './shell.json'
import statusPages from './statusPages.json'
import watcher from './watcher.json'
import workspace from './workspace.json'

/** One file a feature; a new one is named here, in both languages. */
export default {
  alerting,
  apiKeys,
  audit,
  auth,
  backtest,
  common,
  editor,
  incidents,
  maintenance,
  overview,
  profile,
  reports,
  retention,
  shell,
  statusPages,
  watcher,
  workspace,
}
