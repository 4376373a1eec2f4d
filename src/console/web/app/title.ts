import { useEffect } from 'react';

let page = '';
let badge = 0;

const show = () => {
  const name = page === '' ? 'Pitlane' : `${page} · Pitlane`;
  document.title = badge > 0 ? `(${badge}) ${name}` : name;
};

export function setDocumentTitle(title: string): void {
  page = title;
  show();
}

/** What the browser's tab is called: a page that shows one thing calls it by that thing's name. */
export function useDocumentTitle(title: string): void {
  useEffect(() => setDocumentTitle(title), [title]);
}

/** What waits for a person, before the title of every page. */
export function showTitleBadge(count: number): void {
  badge = count;
  show();
}
