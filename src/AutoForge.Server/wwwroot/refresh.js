// Keeps parts of a page up to date: an element with data-refresh is replaced by what that address answers, until an answer
// has no data-refresh any more. A page that is not seen does not ask.
(() => {
  const pause = 1500;

  async function refresh(part) {
    const response = await fetch(part.dataset.refresh, { headers: { Accept: 'text/html' }, redirect: 'error' });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').body.firstElementChild;
    if (!next) return;
    // What stays the same keeps the reader's place and is not read out again.
    if (next.outerHTML !== part.dataset.shown) {
      const shown = next.outerHTML;
      part.replaceWith(next);
      next.dataset.shown = shown;
      next.dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
    }
  }

  async function round() {
    if (!document.hidden) {
      for (const part of document.querySelectorAll('[data-refresh]')) await refresh(part).catch(() => { });
    }
    if (document.querySelector('[data-refresh]')) setTimeout(round, pause);
  }

  setTimeout(round, pause);
})();
