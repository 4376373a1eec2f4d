export interface Frame {
  event: string;
  id: string;
  data: unknown;
}

/** The events in a piece of a stream; comments and hints are left out. */
export function framesOf(text: string): Frame[] {
  return text.split('\n\n').flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    return data === undefined ? [] : [{ event: field('event') ?? '', id: field('id') ?? '', data: JSON.parse(data) }];
  });
}

/** Reads a streamed answer until it holds what is waited for, and returns all the text so far. */
export async function readUntil(
  body: ReadableStreamDefaultReader<Uint8Array>,
  holds: (text: string) => boolean,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  while (!holds(text)) {
    const { done, value } = await body.read();
    if (done) throw new Error(`the stream ended after: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  return text;
}
