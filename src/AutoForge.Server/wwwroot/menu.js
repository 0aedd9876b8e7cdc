// Menus made of <details> close like menus: on Escape, and when something else is clicked or focused.
(() => {
  const open = () => document.querySelectorAll('details.af-menu[open]');
  addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  });
  for (const type of ['click', 'focusin']) {
    addEventListener(type, event => {
      for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
    });
  }
})();
