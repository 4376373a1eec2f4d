import i18next, { type i18n } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { firstLanguage, keepLanguage, type Language } from './language.ts';

export interface TextTree {
  readonly [key: string]: string | TextTree;
}

/** The same keys, other words. */
export type Translated<T extends TextTree> = {
  readonly [K in keyof T]: T[K] extends TextTree ? Translated<T[K]> : string;
};

/** `a.b.c` of every text in the tree; `_one`, `_other` are forms of one key. */
export type TextKey<T extends TextTree> = {
  [K in keyof T & string]: T[K] extends TextTree ? `${K}.${TextKey<T[K]>}` : WithoutForm<K>;
}[keyof T & string];
type WithoutForm<K extends string> = K extends `${infer Name}_one` | `${infer Name}_other` ? Name : K;

export type Say<T extends TextTree> = (key: TextKey<T>, values?: Readonly<Record<string, string | number>>) => string;

/** Texts of one page or part in both languages. The compiler wants the same keys in both; a test compares them once more. */
export interface Texts<T extends TextTree> {
  readonly namespace: string;
  readonly en: T;
  readonly zh: Translated<T>;
}

const registered: Texts<TextTree>[] = [];

/** @param namespace name of the folder whose texts these are; each is used once. */
export function defineTexts<const T extends TextTree>(namespace: string, en: T, zh: Translated<T>): Texts<T> {
  const texts = { namespace, en, zh };
  registered.push(texts as unknown as Texts<TextTree>);
  if (i18next.isInitialized) add(i18next, texts as unknown as Texts<TextTree>);
  return texts;
}

function add(into: i18n, { namespace, en, zh }: Texts<TextTree>): void {
  into.addResourceBundle('en', namespace, en, true, true);
  into.addResourceBundle('zh', namespace, zh, true, true);
}

export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: firstLanguage(),
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  for (const texts of registered) add(i18next, texts);
}

/** The texts in the reader's language, as a function of their keys. */
export function useTexts<T extends TextTree>(texts: Texts<T>): Say<T> {
  const { t } = useTranslation(texts.namespace);
  return t as unknown as Say<T>;
}

export function useLanguage(): { language: Language; choose: (language: Language) => void } {
  const { i18n: instance } = useTranslation();
  const choose = (language: Language) => {
    keepLanguage(language);
    void instance.changeLanguage(language);
  };
  return { language: instance.language === 'en' ? 'en' : 'zh', choose };
}

export const currentLanguage = (): Language => (i18next.language === 'en' ? 'en' : 'zh');
