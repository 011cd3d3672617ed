/* Keeps a status page live and explains its bars. The page is complete without it. */
(() => {
  'use strict';
  const body = document.body;
  const url = body.dataset.json;
  const news = document.getElementById('news');
  const tip = document.getElementById('tip');
  const lang = document.documentElement.lang;
  const EVERY = 30000;
  let etag = '';
  let wait = EVERY;
  let timer = 0;
  let asking = false;

  // Times in the reader's zone.
  const format = new Intl.DateTimeFormat(navigator.languages.find((each) => each.startsWith(lang)) || lang, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short',
  });
  const localise = (root) => {
    for (const time of root.querySelectorAll('time')) time.textContent = format.format(new Date(time.dateTime));
  };

  // The bars: one tab stop a service; arrows, pointer and touch choose the day.
  const inWords = (bars, bar) => {
    if (bar.title) {
      bar.dataset.day = bar.title;
      bar.removeAttribute('title');
    }
    if (bar.dataset.day) return bar.dataset.day;
    // Of days with trouble there is a list below the bars, newest first; the others are told by what they are.
    const troubles = [...bars.querySelectorAll('.d, .g')].reverse();
    const line = bars.parentElement.querySelectorAll('details li')[troubles.indexOf(bar)];
    if (line) return line.textContent;
    const { days, good, unwatched } = document.getElementById('services').dataset;
    return days.split('|')[[...bars.children].indexOf(bar)] + (bar.matches('.u') ? unwatched : good);
  };
  const show = (bars, bar) => {
    bars.querySelector('.at')?.classList.remove('at');
    if (!bar) {
      tip.hidden = true;
      return;
    }
    bar.classList.add('at');
    tip.textContent = inWords(bars, bar);
    tip.hidden = false;
    const box = bar.getBoundingClientRect();
    const left = box.left + box.width / 2 - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(8, Math.min(left, innerWidth - tip.offsetWidth - 8)) + scrollX}px`;
    tip.style.top = `${box.bottom + scrollY + 8}px`;
  };
  const nearest = (bars, x) => {
    const shown = [...bars.children].filter((bar) => bar.offsetWidth);
    return shown.find((bar) => bar.getBoundingClientRect().right >= x) || shown.at(-1);
  };
  const enliven = (root) => {
    for (const bars of root.querySelectorAll('.bars')) bars.tabIndex = 0;
    for (const wide of root.querySelectorAll('.said :is(pre, table)')) if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  };
  const onBars = (name, act) =>
    body.addEventListener(name, (event) => {
      const bars = event.target.closest?.('.bars');
      if (bars) act(bars, event);
    });
  onBars('pointermove', (bars, event) => show(bars, nearest(bars, event.clientX)));
  onBars('pointerdown', (bars, event) => show(bars, nearest(bars, event.clientX)));
  onBars('pointerout', (bars, event) => {
    if (!bars.contains(event.relatedTarget) && event.pointerType !== 'touch') show(bars, null);
  });
  onBars('focusin', (bars) => show(bars, bars.querySelector('.at') || bars.lastElementChild));
  onBars('focusout', (bars) => show(bars, null));
  onBars('keydown', (bars, event) => {
    const days = [...bars.children].filter((bar) => bar.offsetWidth);
    const at = days.indexOf(bars.querySelector('.at'));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: days.length - 1 }[event.key];
    if (event.key === 'Escape') show(bars, null);
    if (to === undefined) return;
    event.preventDefault();
    show(bars, days[Math.max(0, Math.min(to, days.length - 1))]);
  });

  // Live: the JSON says whether anything changed, the page itself what it looks like now.
  const outline = (root) =>
    [...root.querySelectorAll('#services h2, #services [data-live]')].map((each) => each.id || `# ${each.textContent}`).join('\n');
  const swap = (page) => {
    const said = [];
    const days = document.getElementById('services').dataset;
    const isNewDay = days.days !== page.getElementById('services').dataset.days;
    days.days = page.getElementById('services').dataset.days;
    // Services that came, went or moved, under the headings they have now: the rest is drawn one by one.
    if (outline(page) !== outline(document)) {
      const fresh = document.importNode(page.getElementById('services'), true);
      localise(fresh);
      enliven(fresh);
      for (const now of fresh.querySelectorAll('[data-live]')) {
        const was = document.getElementById(now.id);
        if (!was || was.dataset.state !== now.dataset.state) said.push(`${now.dataset.name}: ${now.dataset.state}`);
      }
      document.getElementById('services').replaceWith(fresh);
    }
    for (const now of page.querySelectorAll('[data-live]')) {
      const was = document.getElementById(now.id);
      if (!was) {
        location.reload();
        return;
      }
      if (was.dataset.state !== now.dataset.state) said.push(`${now.dataset.name}: ${now.dataset.state}`);
      if (was.contains(document.activeElement) || was.querySelector('details[open]')) {
        if (was.dataset.state === now.dataset.state && !isNewDay) continue;
      }
      const fresh = document.importNode(now, true);
      localise(fresh);
      enliven(fresh);
      was.replaceWith(fresh);
    }
    document.title = page.title;
    document.getElementById('icon').href = page.getElementById('icon').getAttribute('href');
    if (said.length) news.textContent = said.join('. ');
  };
  const lost = () => {
    const stale = document.getElementById('stale');
    stale.textContent = body.dataset.lost;
    stale.hidden = false;
  };
  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    clearTimeout(timer);
    try {
      const answer = await fetch(url, { cache: 'no-cache', headers: etag ? { 'If-None-Match': etag } : {} });
      if (answer.status === 404 || answer.status === 403) {
        location.reload();
        return;
      }
      if (!answer.ok && answer.status !== 304) throw new Error(answer.status);
      // A proxy shows the last copy it has while healther is away (deploy/nginx).
      if (answer.headers.has('X-Stale')) throw new Error('stale');
      const tag = answer.headers.get('ETag') || '';
      if (tag !== etag) {
        const page = await fetch(location.pathname + location.search, { cache: 'no-cache' });
        if (!page.ok) throw new Error(page.status);
        swap(new DOMParser().parseFromString(await page.text(), 'text/html'));
        etag = tag;
      }
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, 300000);
      etag = '';
      lost();
    } finally {
      asking = false;
      timer = setTimeout(ask, wait * (0.9 + Math.random() / 5));
    }
  };
  localise(document);
  enliven(document);
  // What was folded away had no width, and a turned phone has another.
  document.addEventListener('toggle', (event) => enliven(event.target), true);
  addEventListener('resize', () => enliven(document));
  document.addEventListener('visibilitychange', ask);
  addEventListener('online', ask);
  timer = setTimeout(ask, EVERY);
})();
