import auth from './auth.json'
import common from './common.json'
import incidents from './incidents.json'
import overview from './overview.json'
import reasons from './reasons.json'
import shell from './shell.json'

/** What signing in, the shell and the overview say: there before the first page is drawn. */
export default {
  auth,
  common,
  incidents,
  overview,
  reasons,
  shell,
}
