// Before the first paint, so that a dark page never flashes white. A file, because the CSP allows no inline script.
const theme = localStorage.getItem('healther.theme')
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
