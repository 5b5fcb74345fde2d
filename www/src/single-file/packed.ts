/** Answers for the site from files that lie in the page itself. Their addresses are the site's, so nothing else knows the difference. */

/** The site's address, ending in "/"; written in when the page is made. */
declare const HOME: string;

/** Finds a file by its path in the site: its bytes in base 64, or undefined where the page carries no such file. */
export type Find = (path: string) => Promise<string | undefined>;

/** `fetch` as the bundled code sees it: a file of the site never leaves the page, and what the page lacks is missing. */
export function fetchBy(find: Find): typeof fetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    init?.signal?.throwIfAborted();
    if (!address.startsWith(HOME)) return globalThis.fetch(input, init);
    const path = address.slice(HOME.length);
    const packed = await find(path);
    if (packed === undefined) return new Response(null, { status: 404 });
    const type = path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
    const bytes = unpacked(packed);
    return new Response(bytes, { headers: { 'content-type': type, 'content-length': String(bytes.length) } });
  };
}

function unpacked(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
