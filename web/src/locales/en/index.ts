import first from './first'
import rest from './rest'

/** All that is said; the app loads its two parts one by one. */
export default { ...first, ...rest }
