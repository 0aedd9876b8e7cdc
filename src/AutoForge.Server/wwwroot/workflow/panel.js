// The panel about a workflow: calls of the API by buttons, what came of them in words, and the panel itself as it is now.
(() => {
  const panel = () => document.querySelector('[data-panel]');
  const busy = new Set();

  async function call(button) {
    const form = button.closest('form');
    const says = (form ?? button.closest('.wf-part')).querySelector('.wf-answer');
    let body;
    try {
      body = bodyOf(button, form);
    } catch {
      return say(says, 'This is not valid JSON yet.', true);
    }
    if (busy.has(button)) return;
    busy.add(button);
    button.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(button.dataset.call, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const answer = response.headers.get('Content-Type')?.includes('json') ? await response.json() : {};
      if (!response.ok) return say(says, messagesOf(answer).join('\n') || 'The server did not carry it out.', true);
      if (button.hasAttribute('data-dry')) return report(says, answer);
      if ('reload' in button.dataset) return location.reload();
      if (answer.runId) started(says, answer.runId);
      await Promise.all([refresh(), refreshBar()]);
    } catch {
      say(says, 'The server cannot be reached. Try again.', true);
    } finally {
      busy.delete(button);
      button.removeAttribute('aria-busy');
    }
  }

  function bodyOf(button, form) {
    if (!form) return undefined;
    const field = form.querySelector('textarea');
    const json = field.value.trim() === '' ? {} : JSON.parse(field.value);
    const body = { [field.name]: json };
    if (button.dataset.activity) body.activityId = button.dataset.activity;
    if (button.hasAttribute('data-dry')) body.dryRun = true;
    if (button.hasAttribute('data-latest')) body.latest = true;
    return body;
  }

  // A problem's errors are by field; its detail is for everything else.
  function messagesOf(problem) {
    const errors = Array.isArray(problem.errors) ? problem.errors.map(error => error.message) : Object.values(problem.errors ?? {}).flat();
    return errors.length > 0 ? errors : [problem.detail ?? problem.title].filter(Boolean);
  }

  function say(place, text, isError = false) {
    place.replaceChildren(text);
    place.classList.toggle('wf-error', isError);
  }

  function element(tag, text, attributes = {}) {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(text);
    return made;
  }

  function started(place, id) {
    place.classList.remove('wf-error');
    place.replaceChildren('Started. ', element('a', 'Watch the run', { href: `/workflows/instances/${id}/view` }));
  }

  function report(place, dry) {
    place.classList.remove('wf-error');
    const price = (dry.priceCents / 100).toFixed(2);
    const verdict = dry.fault
      ? `It would fail at ${dry.fault.activityId ?? 'the workflow'}: ${dry.fault.message}. $0.00.`
      : `It would succeed and cost $${price}. Nothing was sent.`;
    const steps = document.createElement('ol');
    for (const step of dry.steps) {
      const item = element('li', '');
      item.append(element('strong', step.activityId), ' would send', element('pre', JSON.stringify(step.wouldSend, null, 2)));
      steps.append(item);
    }
    place.replaceChildren(element('p', verdict), steps);
  }

  let asked = 0;
  async function refresh() {
    const turn = ++asked;
    const response = await fetch(panel().dataset.panel, { headers: { Accept: 'text/html' }, redirect: 'error' });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-panel]');
    if (!next || turn !== asked) return;
    become(panel(), next);
    panel().dispatchEvent(new CustomEvent('refreshed', { bubbles: true }));
  }

  // What the reader did to an element, and this script: details opened, a field made larger, a call under way.
  const readers = new Set(['open', 'style', 'aria-busy']);

  // Changes only what differs, so that the rest keeps its focus, what is being written, what was answered and times in the
  // reader's words, and a press that has begun ends on the same button. A field that was written in shows what was written.
  function become(old, next) {
    if (old.isEqualNode(next)) return;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = next.data;
      return;
    }
    if (old.matches('.wf-answer') || (old.matches('time') && old.dateTime === next.dateTime)) return;
    for (const name of new Set([...old.getAttributeNames(), ...next.getAttributeNames()])) {
      if (readers.has(name)) continue;
      if (next.hasAttribute(name)) old.setAttribute(name, next.getAttribute(name));
      else old.removeAttribute(name);
    }
    let place = old.firstChild;
    for (const wanted of [...next.childNodes]) {
      const twin = twinOf(wanted, place, old);
      if (!twin) {
        old.insertBefore(wanted, place);
        continue;
      }
      while (place !== twin) place = without(place);
      become(twin, wanted);
      place = twin.nextSibling;
    }
    while (place) place = without(place);
  }

  // An element with an id is that one wherever it stands; any other is the next of its kind.
  function twinOf(wanted, place, parent) {
    if (wanted.id) return parent.querySelector(`:scope > #${CSS.escape(wanted.id)}`);
    return place?.nodeName === wanted.nodeName && !place.id ? place : null;
  }

  function without(node) {
    const rest = node.nextSibling;
    node.remove();
    return rest;
  }

  async function refreshBar() {
    const bar = document.querySelector('[data-bar]');
    if (!bar) return;
    const response = await fetch(bar.dataset.bar, { headers: { Accept: 'text/html' }, redirect: 'error' });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-bar]');
    for (const line of bar.querySelectorAll(':scope > span')) line.remove();
    bar.prepend(...next.querySelectorAll(':scope > span'));
  }

  document.addEventListener('click', event => {
    const copy = event.target.closest('[data-copy]');
    if (copy) {
      navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent).then(() => {
        copy.textContent = 'Copied';
        setTimeout(() => { copy.textContent = 'Copy'; }, 2000);
      });
      return;
    }
    const button = event.target.closest('[data-panel] button[data-call]:not([type="submit"])');
    if (button) call(button);
    const toggle = event.target.closest('.wf-toggle');
    if (toggle) show(toggle.getAttribute('aria-expanded') !== 'true');
  });
  document.addEventListener('submit', event => {
    if (!event.target.matches('[data-json]')) return;
    event.preventDefault();
    call(event.submitter);
  });

  function show(isOpen) {
    const toggle = document.querySelector('.wf-toggle');
    if (!toggle) return;
    toggle.setAttribute('aria-expanded', String(isOpen));
    document.getElementById(toggle.getAttribute('aria-controls')).hidden = !isOpen;
    localStorage.setItem('workflow-panel', isOpen ? 'open' : 'closed');
  }
  // Beside a wide canvas there is room for it; over a narrow one it would hide the work.
  show(localStorage.getItem('workflow-panel') === 'open' && innerWidth >= 1200);
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !event.target.closest('.wf-side')) return;
    show(false);
    document.querySelector('.wf-toggle').focus();
  });

  // The designer saves by itself; the panel follows. Runs come in without anybody doing anything here.
  let later;
  const soon = () => {
    clearTimeout(later);
    later = setTimeout(() => Promise.all([refresh(), refreshBar()]).catch(() => { }), 400);
  };
  const send = window.fetch.bind(window);
  window.fetch = async (...request) => {
    const response = await send(...request);
    const method = (request[1]?.method ?? request[0]?.method ?? 'GET').toUpperCase();
    if (method !== 'GET' && String(request[0]?.url ?? request[0]).includes('/workflow-definitions')) soon();
    return response;
  };
  setInterval(() => { if (!document.hidden && panel()) refresh().catch(() => { }); }, 5000);
})();
