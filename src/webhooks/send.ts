import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { guardedLookup, refusalOf, type WebhookReach } from './targets.ts';

export interface Message {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Answered {
  /** Null: there was no answer. */
  status: number | null;
  error: string | null;
  /** As the receiver asks. */
  retryAfterMs: number | null;
}

export interface SendOptions {
  reach: WebhookReach;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** More of an answer is not read. */
const mostBytes = 16_384;

/** Sends a message once. Redirects are answers like any other: they are not followed. Never throws. */
export async function sendMessage(message: Message, { reach, timeoutMs, signal }: SendOptions): Promise<Answered> {
  const url = new URL(message.url);
  const refused = refusalOf(url, reach);
  if (refused !== null) return { status: null, error: `The URL ${refused}.`, retryAfterMs: null };
  const late = AbortSignal.timeout(timeoutMs);
  const until = signal ? AbortSignal.any([late, signal]) : late;
  return new Promise((resolve) => {
    const post = url.protocol === 'https:' ? overHttps : overHttp;
    const request = post(url, {
      method: 'POST',
      agent: false,
      lookup: guardedLookup(reach),
      signal: until,
      headers: { ...message.headers, 'content-length': Buffer.byteLength(message.body) },
    });
    request.on('error', (error) => {
      const said = late.aborted ? `No answer within ${timeoutMs} ms.` : error.message || 'The connection failed.';
      resolve({ status: null, error: said.slice(0, 200), retryAfterMs: null });
    });
    request.once('response', (response) => {
      const status = response.statusCode ?? 0;
      const fine = status >= 200 && status < 300;
      resolve({
        status,
        error: fine ? null : `Answered with ${status}.`,
        retryAfterMs: retryAfter(response.headers['retry-after']),
      });
      // What it says beyond the status is nobody's business; it may finish its sentence.
      let read = 0;
      response.on('error', () => {});
      response.on('data', (part: Buffer) => {
        read += part.length;
        if (read > mostBytes) response.destroy();
      });
    });
    request.end(message.body);
  });
}

const mostRetryAfterS = 3_600;

/** Only as seconds, and an hour at most. */
function retryAfter(header: string | undefined): number | null {
  if (header === undefined || !/^\d{1,6}$/.test(header)) return null;
  return Math.min(Number(header), mostRetryAfterS) * 1000;
}
