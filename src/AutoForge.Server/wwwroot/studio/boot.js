// Puts Studio's element into the page. Runs before Studio's own scripts.
(() => {
  const host = document.getElementById('designer');
  const settings = host.dataset;
  const isSmall = matchMedia('(max-width: 767.98px)').matches;

  // Studio has no router here: what it pushes to the history is a page of its own.
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const target = new URL(url, document.baseURI);
    if (target.pathname === location.pathname) push(state, title, url);
    else location.assign(target.href);
  };

  // An error that Studio did not expect ends its element. If the session has ended, signing in is what helps.
  const fetchFromServer = window.fetch.bind(window);
  window.fetch = async (...call) => {
    const response = await fetchFromServer(...call);
    if (response.status === 401) {
      location.assign('/sign-in?returnUrl=' + encodeURIComponent(location.pathname + location.search));
    }
    return response;
  };
  const failure = document.getElementById('blazor-error-ui');
  failure.querySelector('.reload').addEventListener('click', event => {
    event.preventDefault();
    location.reload();
  });
  new MutationObserver(() => {
    if (failure.style.display === 'block') failure.hidden = false;
  }).observe(failure, { attributes: true, attributeFilter: ['style'] });

  // The toolbox and the journal show names only; their type decides icon and colour.
  const types = JSON.parse(settings.types);
  const mark = () => {
    for (const item of document.querySelectorAll('.mud-paper[draggable="true"]:not([data-type])')) {
      item.dataset.type = types[item.textContent.trim()] ?? '';
    }
  };
  new MutationObserver(mark).observe(host, { childList: true, subtree: true });

  const edit = id => location.assign(`/workflows/definitions/${encodeURIComponent(id)}/edit`);
  const view = id => location.assign(`/workflows/instances/${encodeURIComponent(id)}/view`);

  // Attributes and callbacks are read once, when the element starts.
  customElements.whenDefined(settings.element).then(() => {
    const element = document.createElement(settings.element);
    element.setAttribute('remote-endpoint', location.origin + '/elsa/api');
    if (settings.definitionId) element.setAttribute('definition-id', settings.definitionId);
    if (settings.instanceId) element.setAttribute('instance-id', settings.instanceId);
    if (isSmall) {
      element.setAttribute('tenant-id-header-name', 'AutoForge-Read-Only');
      element.setAttribute('tenant-id', 'true');
    }
    element.editWorkflowDefinition = edit;
    element.viewWorkflowInstance = view;
    host.replaceChildren(element);
  });
})();
