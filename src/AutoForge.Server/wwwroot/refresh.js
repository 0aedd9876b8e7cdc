// Keeps parts of a page up to date: an element with data-refresh is replaced by what that address answers, until an answer
// has no data-refresh any more, or names with data-goto the page to go on with. A page that is not seen does not ask.
(() => {
  // Milliseconds; the part that is waited for most eagerly says it.
  const pause = () => Math.min(60000, ...[...document.querySelectorAll('[data-refresh]')].map(part => Number(part.dataset.refreshPause ?? 1500)));

  // The tokens of forms are others each time.
  const textOf = part => {
    const copy = part.cloneNode(true);
    for (const token of copy.querySelectorAll('input[type="hidden"]')) token.remove();
    return copy.outerHTML;
  };

  async function refresh(part) {
    const response = await fetch(part.dataset.refresh, { headers: { Accept: 'text/html' }, redirect: 'error' });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').body.firstElementChild;
    if (!next) return;
    if (next.dataset.goto?.startsWith('/')) {
      location.replace(next.dataset.goto);
      return;
    }
    // What stays the same keeps the reader's place and is not read out again.
    const shown = textOf(next);
    if (shown === part.dataset.shown) return;
    for (const open of part.querySelectorAll('details[open][id]')) {
      const again = next.querySelector('#' + CSS.escape(open.id));
      if (again) again.open = true;
    }
    part.replaceWith(next);
    next.dataset.shown = shown;
    next.dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
  }

  async function round() {
    if (!document.hidden) {
      for (const part of document.querySelectorAll('[data-refresh]')) await refresh(part).catch(() => { });
    }
    if (document.querySelector('[data-refresh]')) setTimeout(round, pause());
  }

  setTimeout(round, pause());
})();
