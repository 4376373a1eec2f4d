const place = 'pitlane-reloaded-at';
const notAgainWithinMs = 60_000;

/** After an update of the service the files of the old console are gone: the page loads itself anew, once. */
export function reloadWhenReplaced(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(place) ?? 0);
    if (Date.now() - last < notAgainWithinMs) return;
    event.preventDefault();
    sessionStorage.setItem(place, String(Date.now()));
    window.location.reload();
  });
}
