export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

const place = 'pitlane-language';

/** What the reader chose, else what the browser asks for, else Chinese: most readers are in Beijing. */
export function firstLanguage(): Language {
  const kept = read();
  if (kept !== null) return kept;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

export function keepLanguage(language: Language): void {
  document.documentElement.lang = language;
  try {
    localStorage.setItem(place, language);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function read(): Language | null {
  try {
    const kept = localStorage.getItem(place);
    return languages.find((each) => each === kept) ?? null;
  } catch {
    return null;
  }
}
