// Shows moments in the reader's own time zone and words; the exact time is in the tooltip.
(() => {
  const words = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
  const show = root => {
    for (const time of root.querySelectorAll('time[datetime]')) {
      time.title = time.dateTime;
      time.textContent = words.format(new Date(time.dateTime));
    }
  };
  show(document);
  addEventListener('refreshed', event => show(event.target));
})();
