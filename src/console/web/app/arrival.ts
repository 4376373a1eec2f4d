import { useRouterState } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { shellTexts } from './texts.ts';
import { setDocumentTitle } from './title.ts';

/** Whoever comes to another page is told so: by the title of the tab, and by the keyboard's place, which is the page's beginning. */
export function useArrival(): void {
  const say = useTexts(shellTexts);
  const pathname = useRouterState({ select: ({ matches }) => matches.at(-1)?.pathname });
  const name = useRouterState({ select: ({ matches }) => matches.at(-1)?.staticData.page });
  const title = name === undefined ? '' : say(`pages.${name}` as 'pages.signIn');
  // Before the effects of the page, which may know a better title; at each address anew, for two may have one name.
  useLayoutEffect(() => {
    if (pathname !== undefined) setDocumentTitle(title);
  }, [title, pathname]);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== undefined && before.current !== pathname) document.getElementById('content')?.focus();
    before.current = pathname;
  }, [pathname]);
}
