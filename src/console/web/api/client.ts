import { createClient } from '../../../client/client.ts';
import { currentLanguage } from '../i18n/texts.ts';
import { Problem, Unreachable } from './problem.ts';

let whenSignedOut: () => void = () => {};

/** What is done when the service no longer knows the session, whatever was being asked. */
export function onSignedOut(act: () => void): void {
  whenSignedOut = act;
}

/** Asking who one is, and signing in and out: a refusal there is an answer. */
const aboutTheSession = /^\/api\/v1\/session(\/|$)/;

/** As any program asks, with the browser's session; texts in the reader's language. */
const send: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('Accept-Language', currentLanguage());
  try {
    const answer = await fetch(input, { ...init, headers, credentials: 'same-origin' });
    if (answer.status === 401 && !aboutTheSession.test(new URL(answer.url).pathname)) whenSignedOut();
    return answer;
  } catch (error) {
    throw new Unreachable('no answer', { cause: error });
  }
};

export const api = createClient(window.location.origin, { fetch: send }).api.v1;

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: Headers;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/** What `json()` gives for the answers that are successes. */
type Success<A> = A extends { status: 200 | 201 | 202; json(): Promise<infer T> } ? T : never;

/**
 * The body of an answer.
 * @throws Problem when the service refuses, Unreachable when there is no answer.
 */
export async function bodyOf<A extends Answer>(answer: Promise<A>): Promise<Success<A>> {
  return (await bodyAndEtag(answer)).body;
}

/** With the ETag that a change of it must name. */
export async function bodyAndEtag<A extends Answer>(
  answer: Promise<A>,
): Promise<{ body: Success<A>; etag: string | null }> {
  const response = await answer;
  if (!response.ok) throw await problemOf(response);
  const etag = response.headers.get('etag');
  if (response.status === 204) return { body: null as Success<A>, etag };
  return { body: (await response.json()) as Success<A>, etag };
}

async function problemOf(response: Answer): Promise<Problem> {
  const text = await response.text();
  try {
    return new Problem(response.status, JSON.parse(text) as Record<string, unknown>);
  } catch {
    return new Problem(response.status, { title: `HTTP ${response.status}`, detail: text.slice(0, 200) });
  }
}
